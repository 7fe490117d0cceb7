"""The template contexts of the client's own pages. The number of queries is constant."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from accounts.encryption import unreadable
from articles.models import Article
from assessments.models import Attempt, Audience, InstrumentVersion
from clients.audit_log import for_client
from clients.care.context import carers
from clients.journey import Status
from clients.models import Client, Session, Step
from clients.models.care import within_care
from clients.path.context import path_steps
from clients.results import context as results_context
from clients.rights.queries import waiting

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


def own_path(client: Client) -> dict[str, object]:
    """The context of the client's path."""
    where, steps = client.journey, list(Step.objects.all())
    session, today = next_session(client), timezone.localdate()
    open_tasks, facts = list(client.tasks.open()), tile_facts(client)
    with unreadable.showing():
        reasons = {e.sequence: e.reason for e in client.step_events.all() if e.reason}
    return {
        "client": client,
        "path_steps": path_steps(steps, where),
        "step_count": len(steps),
        "picture": STEP_PICTURES[where.step],
        "last_reason": reasons.get(where.version, ""),
        "note": client.notes.shared().with_amendments().first(),
        "open_tasks": open_tasks,
        "done_tasks": client.tasks.done()[:5],
        "next_session": session,
        "days_to_session": days_between(today, session.at) if session else None,
        "reading": reading(where.step),
        "waiting_texts": waiting(client),
        **carers(client),
        **facts,
        # Nothing else is to do yet, and the first step begins with it.
        "first_questionnaire": where.status == Status.WALKING
        and not (open_tasks or facts["result_count"] or facts["unfinished"]),
    }


def next_session(client: Client) -> Session | None:
    """The next session with a therapist whose care lasts until then. One query."""
    coming = client.sessions.coming().filter(within_care())
    return coming.select_related("therapist").first()


def days_between(today: date, at: datetime) -> int:
    """0 if `at` is today, 1 if it is tomorrow, and so on."""
    return (timezone.localtime(at).date() - today).days


def tile_facts(client: Client) -> dict[str, object]:
    """What the links to the client's other pages say about them. Seven queries."""
    attempts = Attempt.objects.of(client.user)
    days = for_client.days(client, for_client.dates(client)[:1])
    return {
        "result_count": attempts.submitted().count(),
        "shared_count": client.shared_results.count(),
        "unfinished": attempts.filter(submitted_at=None).first(),
        "safety_written_at": client.safety_plans.values_list("written_at", flat=True).first(),
        "last_access": days[0] if days else None,
    }


def reading(step: int) -> QuerySet[Article]:
    """The published articles for a step, in the order in which they were added."""
    articles = Article.objects.published().for_lists()
    return articles.filter(steps__step=step).order_by("steps__pk")


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
