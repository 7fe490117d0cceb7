"""Sharing results with the therapist, and no longer sharing them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from assessments.models import Attempt
from clients.audit_verbs import CareVerb
from clients.models import Client, SharedResult
from clients.results import reliable_changes


@transaction.atomic
def share_result(*, client: Client, attempt: Attempt, by: User) -> None:
    """The client shares one of their results with their therapist. A second call changes
    nothing."""
    if by.pk != client.user_id:
        raise PermissionDenied
    _share(client, attempt, by)


def share_at_the_practice(attempt: Attempt) -> None:
    """Shares what a client filled in at the practice and agreed to share."""
    client = Client.objects.of(attempt.user) if attempt.user else None
    if client and attempt.user:
        share_result(client=client, attempt=attempt, by=attempt.user)


@transaction.atomic
def share_attached(*, client: Client, attempt: Attempt, by: User) -> None:
    """Shares the result that a client attached to their first-session request; `by` is the manager
    who accepts them."""
    _share(client, attempt, by)


def _share(client: Client, attempt: Attempt, by: User) -> None:
    if attempt.user_id != client.user_id or not attempt.submitted_at:
        raise PermissionDenied
    _shared, created = SharedResult.objects.get_or_create(client=client, attempt=attempt)
    if created:
        reliable_changes.recompute(client)
        audit.record(CareVerb.RESULT_SHARED, by=by, client=client.pk, target=attempt)
        _close_tasks(client, attempt, by)


def _close_tasks(client: Client, attempt: Attempt, by: User) -> None:
    """The tasks that asked for this questionnaire, before it was completed, are done."""
    asked = client.tasks.open().select_for_update(of=("self",))
    wanted = asked.filter(
        instrument=attempt.version.instrument_id, created_at__lte=attempt.submitted_at
    )
    for task in wanted:
        task.done_at = timezone.now()
        task.save(update_fields=["done_at"])
        audit.record(CareVerb.TASK_DONE, by=by, client=client.pk, target=task)


@transaction.atomic
def unshare_result(*, client: Client, attempt: Attempt, by: User) -> None:
    """Stops sharing a result. Earlier readings remain in the audit log."""
    if by.pk != client.user_id:
        raise PermissionDenied
    ended, _rows = SharedResult.objects.filter(client=client, attempt=attempt).delete()
    if ended:
        reliable_changes.recompute(client)
        audit.record(CareVerb.RESULT_UNSHARED, by=by, client=client.pk, target=attempt)
