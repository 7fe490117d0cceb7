"""Every route x actor x method, from the URL configuration: who gets an answer, and who never."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.access import Role
from articles.models import Article, Author, Topic
from assessments import actions as assessments
from clients.care import cover
from clients.models import Enquiry, Note, SafetyPlan
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.results import sharing
from clients.rights import erasure
from clients.safety_plan import actions as safety_plan
from clients.sessions import actions as sessions
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support import routes
from tests.support.routes import ACTORS, ADMIN, ADMIN_MODELS, ROUTES, VISITOR, Route, all_patterns
from tests.support.thorough import some

METHODS = some(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"), 3)
# Stand in Asha's record; nobody but her and her therapist may ever be sent one of them.
CANARIES = (b"canary-private", b"canary-shared", b"canary-reason", b"canary-task", b"canary-plan")
ACTIONS = {
    "changelist": "read",
    "history": "read",
    "change": "read",
    "add": "add",
    "delete": "delete",
}
FORMS_IN_ADMIN = frozenset({200, 302, 405, 422})


@pytest.fixture
def scene(cast):
    """One of everything, and what addresses are made of."""
    topic = Topic.objects.create(slug="topic", title="Topic", description="About it.")
    author = Author.objects.create(slug="author", name="Author", credentials="x", bio="x")
    article = Article.objects.create(
        slug="article", title="Article", topic=topic, author=author, excerpt="x", body="<p>x</p>",
        status="published", publish_at="2026-01-01T00:00Z",
    )  # fmt: skip
    version = people.questionnaire()
    attempt = assessments.start_attempt(version=version, by=cast.asha.user)
    items = attempt.questionnaire.items
    assessments.save_answers(attempt=attempt, answers={item.id: 4 for item in items})
    assessments.submit(attempt=attempt)
    attempt.refresh_from_db()
    sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    for audience in Note.Audience:
        text = f"canary-{audience.value}"
        note = notes.write_note(client=cast.asha, by=cast.meera, text=text, audience=audience.value)
    draft = notes.keep_draft(
        client=cast.asha, by=cast.meera, text="canary-draft", audience="private", key=uuid4()
    )
    plan = SafetyPlan(signs="canary-plan", contact_name="canary-plan")
    safety_plan.write(client=cast.asha, by=cast.asha.user, plan=plan, seen=0)
    path_actions.move(client=cast.asha, to=2, by=cast.meera, seen=1, reason="canary-reason")
    enquiry = Enquiry.objects.create(
        name="Somebody", email="s@example.org", about="canary-enquiry", consented_at=timezone.now()
    )
    covering = people.person("kiran@example.org", "Kiran Bose", Role.THERAPIST)
    cover.arrange(
        clients=[cast.asha], therapist=covering, by=cast.manoj, starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    return {
        "covering": covering,
        "note": note.pk, "draft": draft.pk,
        "erasure": erasure.ask(client=cast.asha, by=cast.asha.user).pk,
        "task": tasks.give_task(client=cast.asha, by=cast.meera, title="canary-task").pk,
        "enquiry": enquiry.pk,
        "session": sessions.plan_session(client=cast.asha, by=cast.meera, at=timezone.now()).pk,
        "cast": cast,
        "article": article.slug, "topic": topic.slug, "author": author.slug,
        "instrument": version.instrument.slug, "version": version.pk, "client": cast.asha.pk,
        "attempt": attempt.pk, "attempt_key": attempt.key,
    }  # fmt: skip


def declared(name: str) -> tuple[Route, str]:
    """The route's row, and the admin's action where it is a model's page."""
    if not name.startswith("admin:"):
        return ROUTES[name], ""
    short = name.removeprefix("admin:")
    if short in ADMIN or short == "None":
        return ADMIN.get(short, ADMIN["(final)"]), ""
    model, _, action = short.rpartition("_")
    actors, allowed = ADMIN_MODELS[model]
    granted = ACTIONS.get(action) in allowed
    hidden = set() if granted else set(routes.STAFF)
    return Route(actors if granted else set(), hidden), model


PATTERNS = list(all_patterns())
NAMES = sorted({name for name, _pattern in PATTERNS})


@pytest.mark.parametrize("name", NAMES)
def test_every_route_is_declared(name):
    """An undeclared one fails here, before anybody can meet it."""
    try:
        declared(name)
    except KeyError:
        pytest.fail(f"{name} is not in tests/support/routes.py: who may have it?")


def test_no_row_speaks_of_a_route_that_is_gone():
    known = {name.removeprefix("admin:") for name in NAMES}
    assert not set(ROUTES) - known
    assert not {name for name in ADMIN if not name.startswith("(")} - known
    assert set(ADMIN_MODELS) == {
        f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
    }


def address(name: str, route: Route, scene: dict) -> str:
    args = route.args(scene)
    for attempt in (args, (uuid4(),)):
        try:
            return reverse(name, args=attempt)
        except NoReverseMatch:
            continue
    return "/admin/nothing/at-all/"


def look_only(method: str, status: int) -> bool:
    """Those who may look in the admin, but not change, are told so when they try."""
    return status == 404 or (method not in ("GET", "HEAD") and status == 403)


def subject(model: str, scene: dict) -> tuple:
    """An object of an admin model that its rightful actors may open."""
    label = model.replace("_", ".", 1)
    found = {
        "clients.client": scene["client"],
        "accounts.user": scene["cast"].asha.user.pk,
        "clients.step": 1,
        "clients.carelink": scene["cast"].asha.care_links.first().pk,
    }.get(label)
    if found is None:
        from django.apps import apps

        first = apps.get_model(label)._default_manager.first()
        found = first.pk if first else uuid4()
    return (found,)


@pytest.mark.trust
def test_the_matrix(scene, browser_of, capsys, promise):
    """Denials have the right form, and no answer to the wrong person holds a clinical word."""
    everyone = scene["cast"].users() | {VISITOR: None, routes.COVERING: scene["covering"]}
    cells, leaks = 0, []
    for name in NAMES:
        route, model = declared(name)
        if model and not name.endswith(("_changelist", "_add")):
            route = Route(route.may, route.hidden_from, lambda s, m=model: subject(m, s))
        where = address(name, route, scene)
        for actor in ACTORS:
            browser = browser_of(everyone[actor])
            for method in METHODS:
                cells += 1
                if leak := try_cell(browser, method, where, route, actor, model):
                    leaks.append(f"{actor} {method} {name} {where}: {leak}")
                if name.startswith("account_"):
                    cache.clear()  # The limits on signing in are tried elsewhere,
                    browser = browser_of(everyone[actor])  # and a cell may have signed us out.
    promise("reach", f"{cells} cells of routes, methods and actors, {len(leaks)} leaks")
    with capsys.disabled():
        print(f"\naccess matrix: {cells} cells, {len(leaks)} leaks")
    assert not leaks, "\n".join(leaks[:60])


def try_cell(browser, method, where, route, actor, model) -> str | None:
    """What is wrong with this answer, or None."""
    answer = browser.generic(method, where)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if actor not in {routes.OWNER, *routes.CARERS}:
        found = [word.decode() for word in CANARIES if word in body]
        if found:
            return f"holds {found}"
    if actor != routes.MANAGER and b"canary-enquiry" in body:
        return "holds an enquiry"
    if actor == routes.OWNER and CANARIES[0] in body:
        return "holds a private note"
    if actor in route.may:
        fine = answer.status_code in route.answers | (FORMS_IN_ADMIN if model else set())
        fine = fine or (where.startswith("/admin/") and look_only(method, answer.status_code))
        return None if fine else f"{answer.status_code}, but they may"
    if method == "OPTIONS" and answer.status_code == 200 and not body:
        return None  # Says which methods there are, and nothing else.
    # A method that nobody may use says so to anyone, before or after asking who it is.
    refused = {route.refusal(actor), 405 if actor != VISITOR else 302}
    if model or where.startswith("/admin/"):
        refused |= {403, 404} if actor in routes.STAFF else set()
    return None if answer.status_code in refused else f"{answer.status_code}, refused: {refused}"
