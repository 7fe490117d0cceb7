"""Moving a client on the path, and pausing, closing or resuming it. Checks permissions and
rules."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from clients import emails, journey
from clients.access import lock_record
from clients.endings import loose_ends
from clients.endings.outcomes import Ending
from clients.models import Client, StepEvent

# The changes of a path that affect sessions and tasks.
ENDINGS = {journey.Kind.PAUSE: Ending.PAUSE, journey.Kind.CLOSE: Ending.CLOSE}


class MoveRefused(Exception):
    """The rules forbid the change; `verdict` holds the reasons."""

    def __init__(self, verdict: journey.Verdict):
        super().__init__(", ".join(verdict.blockers))
        self.verdict = verdict


def facts_of(client: Client) -> journey.Facts:
    """The facts that the rules for moves need. Two queries."""
    return journey.Facts(
        results=client.shared_results.count(), open_tasks=client.tasks.open().count()
    )


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

    `seen` is the version of the journey that the page showed. Raises MoveRefused and
    PermissionDenied.
    """
    client = lock_record(client, by)
    now = timezone.now()
    verdict = journey.judge(
        client.journey, to, now=now, facts=facts_of(client), reason=reason, seen=seen
    )
    if not verdict.allowed:
        if existing := _same_move(client, to, by, seen, reason):
            return existing
        raise MoveRefused(verdict)
    event = _add_event(client, journey.Kind.MOVE, to, by=by, at=now, reason=reason)
    audit.record(audit.Verb.STEP_MOVED, by=by, client=client.pk, target=event, request=request)
    return event


def _same_move(client: Client, to: int, by: User, seen: int, reason: str) -> StepEvent | None:
    """The event that the same submission has already created, so that a double click moves once."""
    event = client.step_events.filter(
        sequence=seen + 1, kind=journey.Kind.MOVE.value, step_id=to, by=by
    ).first()
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

    Raises MoveRefused, PermissionDenied and `Undecided`.
    """
    client = lock_record(client, by)
    verdict = journey.judge_change(client.journey, kind, reason=reason, seen=seen)
    if not verdict.allowed:
        raise MoveRefused(verdict)
    session_lines = ""
    if ending := ENDINGS.get(kind):
        affected = loose_ends.on_path(client, ending)
        session_lines = loose_ends.settle(affected, decided or {}, client=client, by=by)
    event = _add_event(client, kind, client.journey.step, by=by, at=timezone.now(), reason=reason)
    audit.record(audit.Verb.PATH_CHANGED, by=by, client=client.pk, target=event, request=request)
    emails.notify_client(client, emails.PATH_CHANGED, sessions=session_lines)
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
