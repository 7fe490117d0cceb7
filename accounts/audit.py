"""The audit trail: one function writes it, and a list of what it can say."""

from enum import StrEnum
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import AuditEvent, User
from accounts.net import client_address


class Verb(StrEnum):
    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    SIGN_IN_FAILED = "sign-in failed"
    PASSWORD_CHANGED = "password changed"  # noqa: S105
    FACTOR_ADDED = "second factor added"
    FACTOR_REMOVED = "second factor removed"
    FACTOR_FAILED = "second factor failed"
    CODES_MADE = "recovery codes made"
    SESSIONS_ENDED = "sessions ended"
    ADDRESS_ASKED = "new address asked for"
    ADDRESS_CHANGED = "address changed"
    ROLES_CHANGED = "roles changed"
    PERSON_CHANGED = "person changed"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation withdrawn"
    INVITATION_ACCEPTED = "invitation accepted"
    CONSENTED = "consented"
    CONSENT_WITHDRAWN = "consent withdrawn"
    DATA_EXPORTED = "data taken away"
    ERASURE_ASKED = "erasure asked for"
    ERASURE_TAKEN_BACK = "erasure no longer asked for"
    ERASURE_DECIDED = "erasure decided"
    ERASED = "erased"
    CASELOAD_OPENED = "caseload opened"
    RECORD_OPENED = "record opened"
    RESULT_OPENED = "result opened"
    RESULT_SHARED = "result shared"
    RESULT_UNSHARED = "result no longer shared"
    ENQUIRY_OPENED = "enquiry opened"
    ENQUIRY_CLOSED = "enquiry closed"
    STEP_MOVED = "step moved"
    PATH_CHANGED = "path changed"
    SESSION_PLANNED = "session planned"
    SESSION_RECORDED = "session recorded"
    TASK_GIVEN = "task given"
    TASK_WITHDRAWN = "task withdrawn"
    TASK_DONE = "task done"
    NOTE_DRAFTED = "note begun"
    NOTE_WRITTEN = "note signed"
    NOTE_AMENDED = "note amended"
    SAFETY_WRITTEN = "safety plan written"
    REPORT_MADE = "report made"
    CARE_STARTED = "care link started"
    CARE_EXTENDED = "care link lengthened"
    CARE_ENDED = "care link ended"


def record(
    verb: Verb,
    *,
    by: User | None,
    client: UUID | None = None,
    target: Model | str = "",
    request: HttpRequest | None = None,
) -> AuditEvent:
    """Adds one row, in the caller's transaction: where it can't be written, nothing happens."""
    return AuditEvent.objects.create(
        verb=verb.value,
        actor=by.pk if by is not None and by.is_authenticated else None,
        client=client,
        target=target if isinstance(target, str) else f"{target._meta.label_lower} {target.pk}",
        address=client_address(request) if request else None,
    )


def of_client(client: UUID) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(client=client)


def name_actors(events: list[AuditEvent]) -> list[AuditEvent]:
    """Sets `.actor_name` on each event. One query."""
    people = User.objects.in_bulk({e.actor for e in events if e.actor})
    for event in events:
        person = people.get(event.actor) if event.actor else None
        event.actor_name = person.name if person else ""  # type: ignore[attr-defined]
    return events
