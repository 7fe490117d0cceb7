"""The audit log: one function writes it, and a list of what it can say."""

from collections.abc import Iterable
from contextvars import ContextVar
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import AuditEvent, User
from accounts.rate_limits.client_address import client_address

# The request in hand (`accounts.middleware.RequestInHandMiddleware`): so that no verb, however
# deep, and no part of another package forgets from where and by which page it was done.
CURRENT_REQUEST: ContextVar[HttpRequest | None] = ContextVar("request in hand", default=None)


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
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    PERSON_OPENED = "person opened"
    PEOPLE_LISTED = "people listed"
    ROLE_OPENS = "role opens the record"
    REFUSED = "refused"
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
    ERASURE_OPENED = "erasure request opened"
    CASELOAD_OPENED = "caseload opened"
    CLIENTS_LISTED = "clients listed"
    CARE_OPENED = "care links opened"
    RECORD_OPENED = "record opened"
    RESULT_OPENED = "result opened"
    RESULT_SHARED = "result shared"
    RESULT_UNSHARED = "result no longer shared"
    ENQUIRIES_LISTED = "enquiries listed"
    ENQUIRY_OPENED = "enquiry opened"
    ENQUIRY_CLOSED = "enquiry closed"
    STEP_MOVED = "step moved"
    PATH_CHANGED = "path changed"
    SESSION_PLANNED = "session planned"
    SESSION_RECORDED = "session recorded"
    SESSION_CORRECTED = "session corrected"
    TASK_GIVEN = "task given"
    TASK_WITHDRAWN = "task withdrawn"
    TASK_DONE = "task done"
    NOTE_DRAFTED = "note begun"
    NOTE_KEPT = "note draft kept"
    NOTE_DISCARDED = "note draft thrown away"
    NOTE_WRITTEN = "note signed"
    NOTE_AMENDED = "note amended"
    SAFETY_WRITTEN = "safety plan written"
    REPORT_MADE = "report made"
    CARE_STARTED = "care link started"
    CARE_EXTENDED = "care link lengthened"
    CARE_ENDED = "care link ended"
    CARE_CALLED_OFF = "care link called off"
    RESULTS_RECOMPUTED = "results recomputed"
    AUDIT_LOG_SEARCHED = "audit log searched"
    AUDIT_LOG_EXPORTED = "audit log exported"
    TIDIED = "old rows deleted"
    KEYS_ROTATED = "keys rotated"
    BACKED_UP = "backup made"
    RESTORED = "backup restored"


# Verbs that say: somebody saw a client's clinical record, whole or in part.
READS = frozenset({Verb.CASELOAD_OPENED, Verb.RECORD_OPENED, Verb.RESULT_OPENED, Verb.REPORT_MADE})


def record(
    verb: Verb,
    *,
    by: User | None,
    client: UUID | None = None,
    target: Model | str = "",
    request: HttpRequest | None = None,
) -> AuditEvent:
    """Adds one row, in the caller's transaction: where it can't be written, nothing happens."""
    return AuditEvent.objects.create(**_columns(verb, by, client, target, request))


def record_each(
    verb: Verb,
    *,
    by: User | None,
    about: Iterable[tuple[UUID | None, Model | str]],
    request: HttpRequest | None = None,
) -> None:
    """One row for each (client, target) of a list, in one query."""
    rows = [AuditEvent(**_columns(verb, by, *one, request)) for one in about]
    AuditEvent.objects.bulk_create(rows)


def record_list(
    verb: Verb, *, by: User, clients: Iterable[UUID], request: HttpRequest | None
) -> None:
    """A list was opened: one row for each client on it; one that names nobody where it is empty."""
    about: list[tuple[UUID | None, str]] = [(client, "") for client in clients]
    record_each(verb, by=by, about=about or [(None, "")], request=request)


def refused(request: HttpRequest) -> None:
    """Somebody who is signed in asked for what is not theirs, or is not there.

    Pages that every reader may have are left out, and not even asked who is there.
    """
    match = request.resolver_match
    if not match or getattr(match.func, "public_shared", False):
        return
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        client = match.kwargs.get("client_id")
        record(Verb.REFUSED, by=user, client=client, request=request)


def _columns(
    verb: Verb,
    by: User | None,
    client: UUID | None,
    target: Model | str,
    request: HttpRequest | None,
) -> dict[str, Any]:
    request = request or CURRENT_REQUEST.get()
    match = request.resolver_match if request else None
    return {
        "verb": verb.value,
        "actor": by.pk if by is not None and by.is_authenticated else None,
        "client": client,
        "target": target if isinstance(target, str) else f"{target._meta.label_lower} {target.pk}",
        "address": client_address(request) if request else None,
        "route": match.view_name[:80] if match else "",
    }


def of_client(client: UUID) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(client=client)
