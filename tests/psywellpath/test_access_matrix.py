"""Every route x actor x method, from the URL configuration: who gets an answer, and who never."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache

from clients.models import CareLink
from tests.support import routes
from tests.support.declarations import assert_complete
from tests.support.matrix import CANARIES, NAMES, address, cells, declared, subject
from tests.support.routes import (
    ACTORS,
    ADMIN,
    ADMIN_MODELS,
    ROUTES,
    VISITOR,
    Route,
    all_patterns,
)

FORMS_IN_ADMIN = frozenset({200, 302, 405, 409, 422})  # 409: the form names no version.


@pytest.mark.quick
@pytest.mark.parametrize("name", NAMES)
def test_every_route_is_declared(name):
    """An undeclared one fails here, before anybody can meet it."""
    try:
        declared(name)
    except KeyError:
        pytest.fail(f"{name} is not in tests/support/routes.py: who may have it?")


@pytest.mark.quick
def test_no_row_names_a_route_that_is_gone():
    file = "tests/support/routes.py"
    known = {name.removeprefix("admin:") for name in NAMES}
    rows = {*ROUTES, *(name for name in ADMIN if not name.startswith("("))}
    assert_complete(rows, rows & known, file=file, question="")
    models = {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model in apps.get_models()
        if admin.site.is_registered(model)
    }
    assert_complete(
        ADMIN_MODELS, models, file=f"ADMIN_MODELS in {file}",
        question="who finds it in the admin, and who may change it?",
    )  # fmt: skip


@pytest.mark.quick
def test_every_view_of_a_record_comes_from_the_one_loader():
    """Its decorator says by which methods it writes, as the table of routes does."""
    others = {"practice-care", "client-invite-again"}  # They show names and dates, to managers too.
    methods = {"GET", "HEAD", "POST"}
    for name, pattern in all_patterns():
        if "client_id" not in pattern.pattern.converters or name in others:
            continue
        writes = getattr(pattern.callback, "record_writes", None)
        assert writes is not None, f"{name}: decorate its view with `client_record`"
        route, _model = declared(name)
        refused = {m for m in methods if not route.answers_to(routes.READER, m)}
        assert refused == writes, (
            f"{name}: what may {routes.READER} do, by tests/support/routes.py?"
        )


@pytest.mark.quick
def test_every_kind_of_care_link_has_an_actor():
    columns = {field.name for field in CareLink._meta.concrete_fields}
    columns |= {
        f"{field.name}: {choice}"
        for field in CareLink._meta.concrete_fields
        for choice, _label in field.flatchoices
    }
    assert_complete(
        routes.CARE_LINKS, columns, file="CARE_LINKS in tests/support/routes.py",
        question="which of the ACTORS show what a care link that has it lets a person do?",
    )  # fmt: skip
    assert set().union(*routes.CARE_LINKS.values()) <= set(ACTORS)


def is_read_only_refusal(method: str, status: int) -> bool:
    """Whether the admin refuses a write to somebody who may only read."""
    return status == 404 or (method not in ("GET", "HEAD") and status == 403)


@pytest.mark.trust
@pytest.mark.parametrize("actor", ACTORS)
def test_the_matrix(scene, actors, browser_of, promise, refusals_unlogged, actor):
    """Denials have the right form, and no answer to the wrong person holds a clinical word."""
    user, tried, leaks = actors[actor], 0, []
    browser = browser_of(user)
    for name, methods in cells(actor):
        route, model = declared(name)
        if model and not name.endswith(("_changelist", "_add")):
            route = Route(route.may, route.hidden_from, lambda s, m=model: subject(m, s))
        where = address(name, route, scene)
        for method in methods:
            tried += 1
            if leak := try_cell(browser, method, where, route, actor, model):
                leaks.append(f"{actor} {method} {name} {where}: {leak}")
            if name.startswith("account_"):
                cache.clear()  # The limits on signing in are tried elsewhere,
                browser = browser_of(user)  # and a cell may have signed us out.
        if methods != ("GET",):
            browser = browser_of(user)  # Other methods may end the session, or leave words in it.
    figure = f"{tried} cells of routes, methods and actors, {len(leaks)} leaks"
    promise("reach", figure, summed=True)
    assert not leaks, "\n".join(leaks[:60])


def try_cell(browser, method, where, route, actor, model) -> str | None:
    """What is wrong with this answer, or None."""
    answer = browser.generic(method, where)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if actor not in {routes.OWNER, *routes.READERS}:
        words = [word.decode() for word in CANARIES if word in body]
        if words:
            return f"holds {words}"
    # In the scene the manager has asked this therapist to look at it, on this page alone.
    asked = actor == routes.MINE and where.startswith("/requests/")
    if actor != routes.MANAGER and not asked and b"canary-enquiry" in body:
        return "holds an enquiry"
    if actor == routes.OWNER and CANARIES[0] in body:
        return "holds a private note"
    if route.answers_to(actor, method):
        fine = answer.status_code in route.answers | (FORMS_IN_ADMIN if model else set())
        fine = fine or (
            where.startswith("/admin/") and is_read_only_refusal(method, answer.status_code)
        )
        return None if fine else f"{answer.status_code}, but they may"
    if method == "OPTIONS" and answer.status_code == 200 and not body:
        return None  # Says which methods there are, and nothing else.
    # A method that nobody may use says so to anyone, before or after asking who it is.
    refused = {route.refusal(actor), 405 if actor != VISITOR else 302}
    if model or where.startswith("/admin/"):
        refused |= {403, 404} if actor in routes.STAFF else set()
    return None if answer.status_code in refused else f"{answer.status_code}, refused: {refused}"
