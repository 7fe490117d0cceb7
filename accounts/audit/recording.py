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

# The request in hand (`accounts.middleware.RequestInHandMiddleware`): so that no verb, however
# deep, and no part of another package forgets from where and by which page it was done.
CURRENT_REQUEST: ContextVar[HttpRequest | None] = ContextVar("request in hand", default=None)


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
