"""A printable progress report of one client over a span of days. It reads no private notes."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from accounts.consent_texts.blanks import Blank
from accounts.models import User
from accounts.people.queries import of_practice, registrations
from assessments.models import Attempt
from assessments.results import history
from assessments.results.context import standing_of
from clients.dates import Span
from clients.goals import queries as goals
from clients.goals.queries import GoalShown
from clients.journey import lasting
from clients.labels import Text
from clients.models import Client, Session, Step
from clients.results.context import step_bands

# So many tasks are named, the latest ones, and the others counted: the report is to be read.
MOST_TASKS = 12


@dataclass(frozen=True)
class QuestionnaireResults:
    """The results of one questionnaire in the span; `sections` as in the history of results, with
    the steps of the path behind their charts; `standing` as on a result."""

    title: str
    standing: Text
    sections: tuple[history.Section, ...]


def report(client: Client, span: Span, *, by: User) -> dict[str, object]:
    """The context of the report that `by` signs. About fourteen queries, however many rows. Load
    the client `with_path`."""
    now = timezone.now()
    names = {step.number: step for step in Step.objects.all()}
    inside = {"at__gte": span.starts_at, "at__lt": span.ends_at}
    counted = client.sessions.filter(**inside).aggregate(
        held=Count("pk", filter=Q(state=Session.State.HELD)),
        missed=Count("pk", filter=Q(state=Session.State.MISSED)),
    )
    written = {"signed_at__gte": span.starts_at, "signed_at__lt": span.ends_at}
    done = {"done_at__gte": span.starts_at, "done_at__lt": span.ends_at}
    tasks = list(client.tasks.done().filter(**done).order_by("done_at"))
    return {
        "client": client,
        "span": span,
        "stays": [(names[s.step], s) for s in client.journey.stays if span.touches(s)],
        "events": [e for e in lasting(client.step_events.all()) if e.reason and span.holds(e.at)],
        "sessions": counted,
        "measured": _measured(client, span, now),
        "goals": _goals(client, span),
        "tasks": tasks[-MOST_TASKS:],
        "tasks_done": len(tasks),
        "notes": client.notes.shared().filter(**written).with_amendments().order_by("signed_at"),
        "made_at": now,
        "practice": of_practice().get(Blank.PRACTICE_NAME, ""),
        "registration": registrations().get(by.pk, ""),
    }


def _goals(client: Client, span: Span) -> list[GoalShown]:
    """The goals that the client had in the span, with their ratings in it. Two queries."""
    found = goals.of(client, span.first, span.last)
    return [
        one
        for one in (*found.open, *found.ended)
        if one.since < span.ends_at
        and (one.goal.ended_at is None or one.goal.ended_at >= span.starts_at)
    ]


def _measured(client: Client, span: Span, now: datetime) -> list[QuestionnaireResults]:
    """The shared results that were submitted in the span. Four queries."""
    attempts = Attempt.objects.filter(
        sharing__client=client,
        submitted_at__gte=span.starts_at,
        submitted_at__lt=span.ends_at,
    )
    families: dict[str, list[Attempt]] = {}
    for attempt in attempts.for_reading().order_by("submitted_at", "pk"):
        families.setdefault(attempt.version.instrument.slug, []).append(attempt)
    bands = [
        replace(band, since=max(band.since, span.starts_at), until=min(band.until, span.ends_at))
        for band in step_bands(client.journey, now)
        if band.since < span.ends_at and band.until > span.starts_at
    ]
    return [
        QuestionnaireResults(
            title=results[-1].questionnaire.title,
            standing=standing_of(results[-1].version),
            sections=history.read(results, bands),
        )
        for results in families.values()
    ]
