"""A client decides which results their therapist sees."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments.models import Attempt
from clients.models import Client, SharedResult
from clients.results import reliable_changes


@transaction.atomic
def share_result(*, client: Client, attempt: Attempt, by: User) -> None:
    """The client lets their therapist see one result of theirs; doing it twice changes nothing."""
    if by.pk != client.user_id:
        raise PermissionDenied
    _share(client, attempt, by)


@transaction.atomic
def share_attached(*, client: Client, attempt: Attempt, by: User) -> None:
    """What a client attached when they asked for a first session, by whoever takes them in."""
    _share(client, attempt, by)


def _share(client: Client, attempt: Attempt, by: User) -> None:
    if attempt.user_id != client.user_id or not attempt.submitted_at:
        raise PermissionDenied
    _shared, made = SharedResult.objects.get_or_create(client=client, attempt=attempt)
    if made:
        reliable_changes.keep(client)
        audit.record(audit.Verb.RESULT_SHARED, by=by, client=client.pk, target=attempt)


@transaction.atomic
def unshare_result(*, client: Client, attempt: Attempt, by: User) -> None:
    """Takes it back; what was seen before stays seen, and says so in the trail."""
    if by.pk != client.user_id:
        raise PermissionDenied
    ended, _rows = SharedResult.objects.filter(client=client, attempt=attempt).delete()
    if ended:
        reliable_changes.keep(client)
        audit.record(audit.Verb.RESULT_UNSHARED, by=by, client=client.pk, target=attempt)
