"""Moving a client on the path, pausing, closing or resuming it, and marking what was done for
safety. Checks permissions and rules."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import demand_current
from clients import emails, journey
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.endings import loose_ends
from clients.endings.outcomes import Ending
from clients.models import Client, SafetyMark, StepEvent
from clients.path import queries

# The changes of a path that affect sessions and tasks.
ENDINGS = {journey.Kind.PAUSE: Ending.PAUSE, journey.Kind.CLOSE: Ending.CLOSE}


class MoveRefused(Exception):
    """The rules forbid the change; `verdict` holds the reasons."""

    def __init__(self, verdict: journey.Verdict):
        super().__init__(", ".join(verdict.blockers))
        self.verdict = verdict


@transaction.atomic
def move(
    *,
    client: Client,
    to: int,
    by: User,
    seen: int,
    reason: str = "",
    request: HttpRequest | None = None,
) -> StepEvent:
    """Moves a client one step forward, or back to any earlier step with a reason.

    `seen` is the version of the journey that the page showed. Raises Stale, MoveRefused and
    PermissionDenied.
    """
    client, now = lock_record(client, by), timezone.now()
    if existing := _repeated(client, journey.Kind.MOVE, to, by=by, seen=seen, reason=reason):
        return existing
    demand_current(client, version=client.journey.version, seen=seen)
    verdict = queries.judge(client, to, now=now, reason=reason)
    if not verdict.allowed:
        raise MoveRefused(verdict)
    event = _add_event(client, journey.Kind.MOVE, to, by=by, at=now, reason=reason)
    audit.record(CareVerb.STEP_MOVED, by=by, client=client.pk, target=event, request=request)
    return event


def _repeated(
    client: Client, kind: journey.Kind, step: int, *, by: User, seen: int, reason: str
) -> StepEvent | None:
    """The event that the same submission has already created, so that a double click has the effect
    of one. No query if the page showed the current version."""
    if client.journey.version == seen:
        return None
    events = client.step_events.filter(sequence=seen + 1, kind=kind.value, step_id=step, by=by)
    event = events.first()
    return event if event and event.reason == reason.strip() else None


@transaction.atomic
def change_path(
    *,
    client: Client,
    kind: journey.Kind,
    by: User,
    seen: int,
    reason: str = "",
    decided: loose_ends.Decided | None = None,
    request: HttpRequest | None = None,
) -> StepEvent:
    """Pauses, closes or resumes a path. `decided` holds the decisions about sessions and tasks.

    Raises Stale, MoveRefused, PermissionDenied and `Undecided`.
    """
    client = lock_record(client, by)
    step = client.journey.step
    if existing := _repeated(client, kind, step, by=by, seen=seen, reason=reason):
        return existing
    demand_current(client, version=client.journey.version, seen=seen)
    verdict = journey.judge_change(client.journey, kind, reason=reason)
    if not verdict.allowed:
        raise MoveRefused(verdict)
    settled = loose_ends.Settled()
    if ending := ENDINGS.get(kind):
        affected = loose_ends.on_path(client, ending)
        settled = loose_ends.settle(affected, decided or {}, client=client, by=by)
    event = _add_event(client, kind, step, by=by, at=timezone.now(), reason=reason)
    audit.record(CareVerb.PATH_CHANGED, by=by, client=client.pk, target=event, request=request)
    emails.notify_client(
        client, emails.PATH_CHANGED, calendar=settled.sessions, sessions=settled.lines
    )
    return event


@transaction.atomic
def undo(*, client: Client, by: User, seen: int, request: HttpRequest | None = None) -> StepEvent:
    """Undoes the last move, which was made by mistake, by an event of its own. A second call with
    the same `seen` changes nothing. Raises MoveRefused and PermissionDenied."""
    client, now = lock_record(client, by), timezone.now()
    step = client.journey.step
    if existing := _repeated(client, journey.Kind.UNDO, step, by=by, seen=seen, reason=""):
        return existing
    verdict = queries.judge_undo(client, by, now=now, seen=seen)
    before = client.journey.before_move
    if before is None or not verdict.allowed:
        raise MoveRefused(verdict)
    event = _add_event(client, journey.Kind.UNDO, before.step, by=by, at=now, reason="")
    audit.record(CareVerb.MOVE_UNDONE, by=by, client=client.pk, target=event, request=request)
    return event


def _add_event(
    client: Client, kind: journey.Kind, step: int, *, by: User, at: datetime, reason: str
) -> StepEvent:
    """Adds the next event of a client whose row is locked."""
    return StepEvent.objects.create(
        client=client,
        sequence=client.journey.version + 1,
        kind=kind.value,
        step_id=step,
        at=at,
        by=by,
        reason=reason.strip(),
    )


@transaction.atomic
def mark_safety(
    *,
    client: Client,
    kinds: Iterable[str],
    on: date,
    by: User,
    request: HttpRequest | None = None,
) -> None:
    """Marks that safety was reviewed, violence asked about or a way to settle practised on a day.

    A mark that exists already is not added again.
    """
    client = lock_record(client, by)
    mine = client.safety_marks.filter(on=on, by=by).values_list("kind", flat=True)
    for kind in sorted(set(kinds) - set(mine)):
        mark = SafetyMark(client=client, kind=kind, on=on, by=by)
        mark.full_clean(exclude=["client"])
        mark.save(force_insert=True)
        verb = CareVerb.SAFETY_MARKED
        audit.record(verb, by=by, client=client.pk, target=mark, request=request)


@transaction.atomic
def unmark_safety(
    *, client: Client, mark: UUID, by: User, request: HttpRequest | None = None
) -> None:
    """Removes one's own mark, which was made by mistake. A second call changes nothing."""
    client = lock_record(client, by)
    if existing := client.safety_marks.filter(pk=mark, by=by).first():
        verb = CareVerb.SAFETY_UNMARKED
        audit.record(verb, by=by, client=client.pk, target=existing, request=request)
        existing.delete()
