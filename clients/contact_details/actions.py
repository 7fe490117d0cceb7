"""Writing a client's contact details: by the client, or by a therapist who cares for them."""

from django.db import transaction
from django.http import HttpRequest

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import demand_current
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.contact_details import queries
from clients.models import Client, ContactDetails
from clients.models.nomination import CONTACT_WORDS


@transaction.atomic
def write(
    *,
    client: Client,
    by: User,
    details: ContactDetails,
    seen: int,
    request: HttpRequest | None = None,
) -> ContactDetails:
    """Saves the next version. `seen` is the version on the page, 0 if there was none. Raises Stale
    and PermissionDenied."""
    client = _locked(client, by)
    existing = queries.current(client)
    damaged = bool(existing and existing.unreadable)  # A new version can still be written.
    if existing and not damaged and _content(existing) == _content(details):
        return existing  # A double click, or no change.
    if existing:
        demand_current(existing, version=existing.version, seen=seen)
    details.client, details.version = client, (existing.version if existing else 0) + 1
    details.written_by = by
    details.full_clean()
    details.save(force_insert=True)
    audit.record(CareVerb.CONTACT_WRITTEN, by=by, client=client.pk, target=details, request=request)
    return details


def _locked(client: Client, by: User) -> Client:
    if by.pk == client.user_id:
        return Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    return lock_record(client, by)


def _content(details: ContactDetails) -> list[object]:
    words: list[object] = [getattr(details, name) for name in CONTACT_WORDS]
    return [*words, details.permission, details.may_call_contact]
