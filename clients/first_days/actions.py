"""Folding away what happens in the first days."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from clients.models import Client


@transaction.atomic
def fold(*, client: Client, by: User) -> None:
    """Done by the client alone; doing it again changes nothing."""
    if by.pk != client.user_id:
        raise PermissionDenied
    locked = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if not locked.first_days_folded_at:
        locked.first_days_folded_at = timezone.now()
        locked.save(update_fields=["first_days_folded_at"])
