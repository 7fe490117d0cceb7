"""Writing whom a client names."""

from django.db import transaction
from django.http import HttpRequest

from accounts.audit import recording as audit
from accounts.optimistic_lock import demand_current
from clients.audit_verbs import CareVerb
from clients.models import Client, Nomination
from clients.models.nomination import WORDS
from clients.rights.queries import current_nomination


@transaction.atomic
def write(
    *, client: Client, nomination: Nomination, seen: int, request: HttpRequest | None = None
) -> Nomination:
    """Saves the client's next version. `seen` is the version on the page, 0 if there was none.
    Raises Stale."""
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    existing = current_nomination(client)
    damaged = bool(existing and existing.unreadable)  # A new version can still be written.
    if existing and not damaged and _words(existing) == _words(nomination):
        return existing  # A double click, or no change.
    if existing:
        demand_current(existing, version=existing.version, seen=seen)
    nomination.client, nomination.version = client, (existing.version if existing else 0) + 1
    nomination.full_clean()
    nomination.save(force_insert=True)
    audit.record(
        CareVerb.PEOPLE_NAMED, by=client.user, client=client.pk, target=nomination, request=request
    )
    return nomination


def _words(nomination: Nomination) -> list[str]:
    return [getattr(nomination, name) for name in WORDS]
