"""The events of a path, what the rules say about a move, and the facts that they need."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.database.together import Loader, alone
from accounts.models import User
from clients import journey
from clients.dates import Span
from clients.models import Client, SafetyMark, Step
from clients.models.path import StepEventQuerySet
from clients.rights.queries import lacking


def facts_of(client: Client) -> journey.Facts:
    """The facts that the rules for moves need. Four queries."""
    consent = lacking(client)
    kinds, days = SafetyMark.Kind, dict(client.safety_marks.latest_days())
    return journey.Facts(
        results=client.shared_results.count(),
        open_tasks=client.tasks.open().count(),
        consent_missing=bool(consent.never),
        consent_withdrawn=bool(consent.withdrawn),
        safety_reviewed=_end_of(days.get(kinds.REVIEWED)),
        settling_practised=kinds.SETTLING_PRACTISED in days,
        violence_asked=_end_of(days.get(kinds.VIOLENCE_ASKED)),
    )


def _end_of(day: date | None) -> datetime | None:
    """A mark is about a day: it counts until that day ends."""
    return Span(day, day).ends_at if day else None


def judge(client: Client, to: int, *, now: datetime, reason: str | None) -> journey.Verdict:
    """The rules about a move. The page that asks and the action that moves both call this."""
    return journey.judge(client.journey, to, now=now, facts=facts_of(client), reason=reason)


def judge_undo(
    client: Client, by: User, *, now: datetime, seen: int | None = None
) -> journey.Verdict:
    """The rules about undoing the last move. The page that offers it and the action both call this.
    `seen`: the version that a page showed, after which nothing may have happened. No query if the
    client was loaded `with_path`."""
    where = client.journey
    if seen not in (None, where.version):
        return journey.Verdict((journey.Code.NOTHING_TO_UNDO,))
    last = max(client.step_events.all(), key=lambda event: event.sequence)
    return journey.judge_undo(where, by_author=last.by_id == by.pk, now=now)


@dataclass(frozen=True)
class Undoable:
    """The last move, as long as this person can undo it. `minutes` is rounded up."""

    version: int
    step: Step
    until: datetime
    minutes: int


def undoable(client: Client, by: User, now: datetime) -> Undoable | None:
    """No query, or one if there is such a move, if the client was loaded `with_path`."""
    where = client.journey
    until = where.undo_until
    if until is None or not judge_undo(client, by, now=now).allowed:
        return None
    minutes = -((now - until) // timedelta(minutes=1))
    return Undoable(where.version, Step.objects.get(pk=where.step), until, minutes)


@dataclass(frozen=True)
class LatestMark:
    """A kind of safety mark, and the latest day on which it was made (None if never)."""

    label: str
    on: date | None


def latest_marks(client: Client) -> Loader[list[LatestMark]]:
    days: dict[str, date] = dict((yield from alone(client.safety_marks.latest_days())))
    return [LatestMark(str(kind.label), days.get(kind)) for kind in SafetyMark.Kind]


def moves(client: Client, *, after: int = 0) -> StepEventQuerySet:
    """The events of the path after the given version, newest first."""
    events = (
        client.step_events.filter(sequence__gt=after).select_related("step", "by").with_undone()
    )
    return events.order_by("-sequence")
