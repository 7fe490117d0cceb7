"""The template contexts of the client's own pages. The number of queries is constant."""

from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from accounts.database.together import Counted, Loader, first, load, read, side_by_side
from accounts.encryption import unreadable
from articles.models import Article
from assessments.models import Attempt, Audience, InstrumentVersion
from clients import dates, read_marks
from clients.audit_log import for_client
from clients.care.context import carers
from clients.check_ins.queries import asked_about
from clients.first_days import queries as first_days
from clients.journey import Status, lasting
from clients.models import Client, Note, Step
from clients.path.context import PathStep, path_steps
from clients.results import context as results_context
from clients.rights.queries import waiting
from clients.sessions import queries as sessions
from clients.talking_points.forms import BringNoteForm
from clients.talking_points.queries import refusal_for

# The illustration of each step, by its number.
STEP_PICTURES = {
    1: "mind",
    2: "attachment",
    3: "family",
    4: "trauma",
    5: "work",
    6: "attachment",
    7: "calm",
}


class PathPart(NamedTuple):
    """Neighbouring steps of one state, as one stone of the client's path."""

    state: str
    steps: list[PathStep]


def own_path(client: Client) -> dict[str, Any]:
    """The context of the client's path. Three queries."""
    where, now, today = client.journey, timezone.now(), timezone.localdate()
    steps, articles = Step.objects.all(), reading(where.step)
    coming = sessions.own_coming(client, now)[: sessions.LATER + 1]
    open_tasks, done_tasks = client.tasks.open(), client.tasks.done()[:5]
    points, links = Counted(client.talking_points.open()), carers(client)
    own_sessions, news, goals, held, texts, welcome, facts, *_read = load(
        side_by_side(
            sessions.own(client, coming, now),
            read_marks.news(client, open_tasks, coming),
            goal_facts(client),
            asked_about(client, now),
            waiting(client),
            first_days.for_client(client),
            tile_facts(client),
            read(steps, articles, open_tasks, done_tasks, points, *links.values()),
        )
    )
    session = own_sessions.next
    with unreadable.showing():
        last_reason = lasting(client.step_events.all())[-1].reason
    return {
        "client": client,
        "path_parts": path_parts(path_steps(list(steps), where)),
        "step_count": len(steps),
        "picture": STEP_PICTURES[where.step],
        "last_reason": last_reason,
        "open_tasks": open_tasks,
        "news": news,
        "goals": goals,
        "asked_about": held,
        "talking_points_count": points.n,
        "done_tasks": done_tasks,
        "next_session": session,
        "own_sessions": own_sessions,
        "days_to_session": dates.days_between(today, session.at) if session else None,
        "reading": articles,
        "waiting_texts": texts,
        "first_days": welcome,
        **links,
        **facts,
        # Nothing else is to do yet, and the first step begins with it.
        "first_questionnaire": where.status == Status.WALKING
        and not (open_tasks or facts["result_count"] or facts["unfinished"]),
    }


def goal_facts(client: Client) -> Loader[dict[str, object]]:
    """How many goals the client has, and when they last rated one."""
    goals, ratings = Counted(client.goals.open()), client.goal_ratings.order_by("-rated_on")
    rated = ratings.values_list("rated_on", flat=True)[:1]
    yield goals, rated
    return {"count": goals.n, "rated_on": first(rated)}


def path_parts(steps: list[PathStep]) -> list[PathPart]:
    """After a step back, walked steps lie on both sides of the present one."""
    return [PathPart(state, list(part)) for state, part in groupby(steps, attrgetter("state"))]


def tile_facts(client: Client) -> Loader[dict[str, object]]:
    """What the links to the client's other pages say about them."""
    attempts = Attempt.objects.of(client.user)
    results, shared = Counted(attempts.submitted()), Counted(client.shared_results.order_by())
    signed = client.notes.shared().values_list("signed_at", flat=True)[:1]
    unfinished = attempts.filter(submitted_at=None)[:1]
    days, _read = yield from side_by_side(
        for_client.load_days(client, for_client.dates(client)[:1]),
        read(results, shared, signed, unfinished),
    )
    return {
        "result_count": results.n,
        "shared_count": shared.n,
        "notes_last_at": first(signed),
        "unfinished": first(unfinished),
        "last_access": days[0] if days else None,
    }


def reading(step: int) -> QuerySet[Article]:
    """The published articles for a step, in the order in which they were added."""
    articles = Article.objects.published().for_lists()
    return articles.filter(steps__step=step).order_by("steps__pk")


def own_notes(client: Client, page: Page) -> dict[str, Any]:
    """The notes of one page, what is new among them, and the form that brings each to the next
    session, unless it is on the client's list or nobody would read it. Five queries."""
    noted = set(client.talking_points.open().values_list("note", flat=True))
    offered = refusal_for(client) is None
    rows = [
        (note, None if note.pk in noted or not offered else bring_form(note), note.pk in noted)
        for note in page.object_list
    ]
    return {"page": page, "rows": rows, "unread": read_marks.unread_notes(client)}


def bring_form(note: Note) -> BringNoteForm:
    """Several of them are on one page, so the ids of their fields name the note."""
    return BringNoteForm(initial={"note": note.pk}, auto_id=f"{note.pk}-%s")


def own_results(client: Client) -> dict[str, object]:
    """The context of the client's results and questionnaires."""
    results = submitted_attempts(client)
    return {
        "results": results,
        "families": results_context.families(results),
        "offered": offered(client),
        "unfinished": Attempt.objects.of(client.user).filter(submitted_at=None)[:3],
    }


def submitted_attempts(client: Client) -> list[Attempt]:
    """The client's submitted attempts, each with `.shared`. Two queries."""
    shared = set(client.shared_results.values_list("attempt_id", flat=True))
    attempts = list(
        Attempt.objects.of(client.user).submitted().select_related("version__instrument")
    )
    for attempt in attempts:
        attempt.shared = attempt.pk in shared  # type: ignore[attr-defined]
    return attempts


def offered(client: Client) -> list[InstrumentVersion]:
    """The questionnaires open to this client but not to everyone. Two queries."""
    mine = InstrumentVersion.objects.open_to(client.user)
    return mine.exclude(instrument__audience=Audience.EVERYONE).offered(get_language() or "")
