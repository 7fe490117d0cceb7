"""The client's choice of discreet emails."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from accounts.audit import recording as audit
from accounts.models import User
from clients.audit_verbs import CareVerb
from clients.models import Client


@transaction.atomic
def choose(*, client: Client, discreet: bool, by: User, request: HttpRequest | None = None) -> None:
    """Saves whether emails to the client are discreet. A repeated choice changes nothing."""
    if by.pk != client.user_id:
        raise PermissionDenied
    locked = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if locked.discreet_emails != discreet:
        locked.discreet_emails = discreet
        locked.save(update_fields=["discreet_emails"])
        verb = CareVerb.DISCRETION_CHOSEN
        audit.record(verb, by=by, client=client.pk, target=client, request=request)
