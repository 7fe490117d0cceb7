"""A scene with one row of everything, and each route's address in it, for the access matrix."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from articles.models import Article, Author, Page, Topic
from assessments.sittings import actions as sittings
from assessments.taking import actions as assessments
from clients import read_marks
from clients.calendar import actions as calendar
from clients.callbacks import actions as callbacks
from clients.care import cover
from clients.contact_details import actions as contact_details
from clients.goals import actions as goals
from clients.models import (
    CareLink,
    ChangeRequest,
    ContactDetails,
    Enquiry,
    Nomination,
    Note,
    SafetyPlan,
)
from clients.models import care as care_models
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.results import sharing
from clients.rights import erasure, nominations
from clients.safety_plan import actions as safety_plan
from clients.sessions import actions as sessions
from clients.sessions import change_requests
from clients.talking_points import actions as talking_points
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support import routes
from tests.support.clients.check_ins import answered
from tests.support.clients.rhythms import set_and_asked
from tests.support.routes import ADMIN, ADMIN_MODELS, ROUTES, Route, all_patterns
from tests.support.saved_rows import saved
from tests.support.sql import ask
from tests.support.thorough import THOROUGH, some

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# Texts in Asha's record, which nobody but she and her therapist may ever be sent.
CANARIES = (b"canary-private", b"canary-shared", b"canary-reason", b"canary-task", b"canary-plan",
            b"canary-talking-point", b"canary-rhythm", b"canary-goal",
            b"canary-check-in")  # fmt: skip
ACTIONS = {
    "changelist": "read",
    "history": "read",
    "change": "read",
    "add": "add",
    "delete": "delete",
}


@pytest.fixture
@saved
def scene(cast):
    """One row of everything, and the parts of addresses."""
    topic = Topic.objects.create(slug="topic", title="Topic", description="About it.")
    author = Author.objects.create(slug="author", name="Author", credentials="x", bio="x")
    article = Article.objects.create(
        slug="article", title="Article", topic=topic, author=author, excerpt="x", body="<p>x</p>",
        status="published", publish_at="2026-01-01T00:00Z",
    )  # fmt: skip
    page = Page.objects.create(
        slug="page", title="Page", description="x", body="<p>x</p>", status="published",
        publish_at="2026-01-01T00:00Z",
    )  # fmt: skip
    version = people.questionnaire()
    attempt = assessments.start_attempt(
        version=version, by=cast.asha.user, target=people.IN_GENERAL
    )
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
    read_marks.saw_notes(cast.asha)
    details = ContactDetails(contact_name="canary-relative")
    contact_details.write(client=cast.asha, by=cast.asha.user, details=details, seen=0)
    named = Nomination(nominee="canary-nominee")
    nominations.write(client=cast.asha, nomination=named, seen=0)
    path_actions.move(client=cast.asha, to=2, by=cast.meera, seen=1, reason="canary-reason")
    path_actions.mark_safety(
        client=cast.asha, kinds=["reviewed"], on=timezone.localdate(), by=cast.meera
    )
    enquiry = Enquiry.objects.create(
        name="Somebody",
        email="s@example.org",
        about="canary-enquiry",
        consented_at=timezone.now(),
        clinician=cast.meera,
    )
    covering = people.person("kiran@example.org", "Kiran Bose", Role.THERAPIST)
    cover.arrange(
        clients=[cast.asha], therapist=covering, by=cast.manoj, starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    sittings.make(user=cast.asha.user, instrument=version.instrument, by=cast.meera)
    ahead = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=timezone.now() + timedelta(days=3)
    )
    wish = ChangeRequest.Wish.MOVE
    goal = goals.add(client=cast.asha, by=cast.asha.user, text="canary-goal")
    goals.rate(client=cast.asha, by=cast.asha.user, values={goal.pk: 3})
    held = answered(cast.asha, cast.meera, "canary-check-in", hours=5)
    return {
        "held": held.pk,
        "covering": covering,
        "ahead": ahead.pk,
        "change": change_requests.ask(session=ahead, by=cast.asha.user, wish=wish).pk,
        "callback": callbacks.ask(
            client=cast.asha, by=cast.asha.user, number="98450 00001", good_time=""
        ).pk,
        "talking_point": talking_points.add(
            client=cast.asha, by=cast.asha.user, text="canary-talking-point", note=note
        ).pk,
        "note": note.pk, "draft": draft.pk,
        "erasure": erasure.ask(client=cast.asha, by=cast.asha.user).pk,
        "task": tasks.give_task(client=cast.asha, by=cast.meera, title="canary-task").pk,
        "goal": goal.pk,
        "rhythm": set_and_asked(cast.asha, cast.meera, version, "canary-rhythm").pk,
        "enquiry": enquiry.pk,
        "session": sessions.plan_session(client=cast.asha, by=cast.meera, at=timezone.now()).pk,
        # Each time anew: a cell of its page may have replaced the one before.
        "calendar_key": partial(calendar.make, by=cast.meera, names=True),
        "cast": cast,
        "article": article.slug, "page": page.slug, "topic": topic.slug, "author": author.slug,
        "instrument": version.instrument.slug, "version": version.pk, "client": cast.asha.pk,
        "attempt": attempt.pk, "attempt_key": attempt.key,
    }  # fmt: skip


@pytest.fixture
def reader(cast, monkeypatch) -> User:
    """A therapist whose care link lets them read Asha's record and write nothing.

    No kind of care link does that. This one is made from the two places that decide it: a function
    of the database and a condition of the care links' querysets.
    """
    reader = people.person("kavya@example.org", "Kavya Menon", Role.THERAPIST)
    start = timezone.now() - timedelta(days=1)
    CareLink.objects.create(client=cast.asha, therapist=reader, starts_at=start)
    ask(
        "CREATE OR REPLACE FUNCTION app_link_writes(link clients_carelink) RETURNS boolean"
        f" LANGUAGE sql IMMUTABLE AS $$ SELECT link.therapist_id <> '{reader.pk}' $$"
    )
    monkeypatch.setattr(care_models, "CARING", ~Q(therapist=reader))
    return reader


@pytest.fixture
def actors(scene, reader) -> dict[str, User | None]:
    """The person, or nobody, for each of `routes.ACTORS`."""
    others = {
        routes.VISITOR: None, routes.COVERING: scene["covering"], routes.READER: reader,
    }  # fmt: skip
    users = scene["cast"].users() | others
    assert set(users) == set(routes.ACTORS), "each of ACTORS in tests/support/routes.py: who is it?"
    return users


@pytest.fixture
def refusals_unlogged(caplog) -> None:
    """These tests cause thousands of refusals, which are not logged; server errors (5xx) are."""
    caplog.set_level(logging.ERROR, logger="django.request")


def declared(name: str) -> tuple[Route, str]:
    """The route's row in the table, and the model if it is a model's page in the admin."""
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


def cells(actor: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The routes and methods that this actor tries: all of both if THOROUGH. Otherwise they get
    every route outside the admin, and get and post every third of all routes. Each actor starts at
    a different one, so that some of them post to each route."""
    third = set(some(NAMES, 3, start=routes.ACTORS.index(actor)))
    for name in NAMES:
        if name in third:
            yield name, METHODS if THOROUGH else ("GET", "POST")
        elif not name.startswith("admin:"):
            yield name, ("GET",)


def address(name: str, route: Route, scene: dict) -> str:
    args = route.args(scene)
    for attempt in (args, (uuid4(),)):
        try:
            return reverse(name, args=attempt)
        except NoReverseMatch:
            continue
    return "/admin/nothing/at-all/"


def subject(model: str, scene: dict) -> tuple:
    """An object of an admin model that its rightful actors may open."""
    label = model.replace("_", ".", 1)
    pk = {
        "clients.client": scene["client"],
        "accounts.user": scene["cast"].asha.user.pk,
        "clients.step": 1,
        "clients.carelink": scene["cast"].asha.care_links.first().pk,
    }.get(label)
    if pk is None:
        from django.apps import apps

        first = apps.get_model(label)._default_manager.first()
        pk = first.pk if first else uuid4()
    return (pk,)
