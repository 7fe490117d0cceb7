"""Writing the audit log."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.audit.verbs import AccountVerb, Verb
from accounts.models import AuditEvent, User
from accounts.rate_limits.client_address import client_address

# Set by `accounts.middleware.CurrentRequestMiddleware`, so that each row has the network address
# and the page, however deep in the code, or in which library, it is written.
CURRENT_REQUEST: ContextVar[HttpRequest | None] = ContextVar("current request", default=None)


def record(
    verb: Verb,
    *,
    by: User | None,
    client: UUID | None = None,
    target: Model | str = "",
    request: HttpRequest | None = None,
) -> AuditEvent:
    """Adds one row in the caller's transaction, which fails if the row can't be written."""
    return AuditEvent.objects.create(**_columns(verb, by, client, target, request))


def record_each(
    verb: Verb,
    *,
    by: User | None,
    about: Iterable[tuple[UUID | None, Model | str]],
    request: HttpRequest | None = None,
) -> None:
    """Adds one row for each (client, target) of a list, in one query."""
    rows = [AuditEvent(**_columns(verb, by, *one, request)) for one in about]
    AuditEvent.objects.bulk_create(rows)


def record_list(
    verb: Verb, *, by: User, clients: Iterable[UUID], request: HttpRequest | None
) -> None:
    """Records an opened list: one row for each client on it, or one without a client if empty."""
    about: list[tuple[UUID | None, str]] = [(client, "") for client in clients]
    record_each(verb, by=by, about=about or [(None, "")], request=request)


def record_refusal(request: HttpRequest) -> None:
    """Records that a signed-in person requested what is not theirs or does not exist.

    Shared public pages are left out: for them not even the session is read.
    """
    match = request.resolver_match
    if not match or getattr(match.func, "public_shared", False):
        return
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        client = match.kwargs.get("client_id")
        record(AccountVerb.REFUSED, by=user, client=client, request=request)


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
