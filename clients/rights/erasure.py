"""Erasing a client: the client asks, a manager decides, and `erase` does it."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as SignIn
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from accounts.access import Permission, allows, roles
from accounts.audit import recording as audit
from accounts.encryption import data_keys
from accounts.models import AuditEvent, ConsentKind, DataKey, Mail, User
from assessments.models import Attempt
from clients import emails
from clients.audit_verbs import CareVerb
from clients.models import AnonymousStatistic, Client, Enquiry, Erasure, ErasureRequest
from clients.rights import export


@transaction.atomic
def ask(*, client: Client, by: User) -> ErasureRequest:
    """The client asks for erasure. A second call returns the open request."""
    if by.pk != client.user_id:
        raise PermissionDenied
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if waiting := ErasureRequest.objects.open().filter(client=client).first():
        return waiting
    erasure_request = ErasureRequest.objects.create(client=client)
    audit.record(CareVerb.ERASURE_ASKED, by=by, client=client.pk, target=erasure_request)
    emails.notify_managers(emails.PRACTICE_WAITS, once=f"erasure {erasure_request.pk}")
    return erasure_request


@transaction.atomic
def withdraw(*, client: Client, by: User) -> None:
    """The client withdraws the request, which is possible until it is decided."""
    if by.pk != client.user_id:
        raise PermissionDenied
    if ErasureRequest.objects.open().filter(client=client).update(taken_back_at=timezone.now()):
        audit.record(CareVerb.ERASURE_TAKEN_BACK, by=by, client=client.pk)


@transaction.atomic
def decide(
    *, erasure_request: ErasureRequest, by: User, granted: bool, words: str
) -> ErasureRequest:
    """The practice's answer, which the client reads. Raises ValidationError if the request is no
    longer open, or for a client who is also staff: their roles must be removed first."""
    if not allows(by, Permission.MANAGE_PRACTICE) or erasure_request.client.user_id == by.pk:
        raise PermissionDenied
    locked = (
        ErasureRequest.objects.open().select_for_update(of=("self",)).filter(pk=erasure_request.pk)
    )
    open_request = locked.select_related("client__user").first()
    if open_request is None:
        raise ValidationError(_("This request has been decided or withdrawn in the meantime."))
    if granted and roles(open_request.client.user):
        raise ValidationError(_("This client also works here. Please remove their roles first."))
    open_request.decided_at, open_request.decided_by = timezone.now(), by
    open_request.granted, open_request.words = granted, words.strip()
    open_request.full_clean()
    open_request.save()
    audit.record(
        CareVerb.ERASURE_DECIDED, by=by, client=open_request.client_id, target=open_request
    )
    emails.notify_client(open_request.client, emails.ANSWER_WAITS)
    return open_request


@transaction.atomic
def erase(*, client: Client) -> int:
    """Deletes every row about a client, and their account. Returns the number of rows. Only the
    database's owner can run it.

    The audit log's opaque ids, `Erasure` and anonymous statistics remain. The database refuses an
    erasure that nobody granted. Raises RuntimeError, and so deletes nothing, if a row would remain.
    """
    user, rows = client.user, export.linked(client)
    changes = dict(user.email_changes.values_list("pk", "was"))
    if roles(user):
        raise ValidationError(_("This client also works here. Please remove their roles first."))
    rows.pop(AuditEvent, None)
    enquiries = Enquiry.objects.filter(Q(client=client) | Q(email=user.email))
    # First, because this row allows the database to delete this person and nobody else.
    Erasure.objects.get_or_create(client=client.pk, defaults={"user": user.pk})
    _keep_statistics(client, enquiries)
    subjects = {user.pk, *enquiries.values_list("pk", flat=True)}
    keys = {str(key) for ids in rows.values() for key in ids}
    _forget_traces(user, keys)
    enquiries.delete()
    for address in {user.email, *changes.values()}:
        Mail.objects.filter(to=address).delete()
    Mail.objects.filter(once__contains=str(client.pk)).delete()
    Mail.objects.filter(facts__change__in=[str(pk) for pk in changes]).delete()
    client.delete()
    Attempt.objects.filter(user=user).delete()
    client_id, user_id = next(iter(rows[Client])), user.pk
    user.delete()
    # Without the key nothing of this client can be decrypted any more, in any backup.
    data_keys.forget(subjects)
    for model, ids in rows.items():
        if model._base_manager.filter(pk__in=ids).exists():
            raise RuntimeError(f"{model._meta.label} keeps rows of this client")
    if DataKey.objects.filter(subject=user_id).exists():
        raise RuntimeError("the data key of this client is left")
    audit.record(CareVerb.ERASED, by=None, client=client_id)
    return len(keys)


def _forget_traces(user: User, keys: set[str]) -> None:
    """Deletes what names the client without a foreign key: sign-ins, the admin's log, queued
    tasks."""
    for sign_in in SignIn.objects.iterator():
        if sign_in.get_decoded().get("_auth_user_id") == str(user.pk):
            sign_in.delete()
    LogEntry.objects.filter(object_id__in=keys).delete()
    mail_ids = [str(pk) for pk in user.mails.values_list("pk", flat=True)]
    DBTaskResult.objects.filter(args_kwargs__args__0__in=mail_ids).delete()


def _keep_statistics(client: Client, enquiries: Iterable[Enquiry]) -> None:
    """Stores the months and days that the practice's statistics count, without the person: of the
    path and the results only if they agree to statistics."""
    agrees = client.user.consents.standing().about(ConsentKind.STATISTICS).exists()
    statistics = [*_stays(client), *_changes(client)] if agrees else []
    for one in enquiries:
        kind = AnonymousStatistic.Kind.BEGUN if one.client_id else AnonymousStatistic.Kind.ASKED
        statistics.append(AnonymousStatistic(kind=kind, month=_month(one.created_at)))
    AnonymousStatistic.objects.bulk_create(statistics)


def _stays(client: Client) -> list[AnonymousStatistic]:
    somebody = {step: uuid4() for step in range(1, 8)}
    return [
        AnonymousStatistic(
            kind=AnonymousStatistic.Kind.STAY, step_id=stay.step, month=_month(stay.until),
            days=(stay.until - stay.since).total_seconds() / 86_400, somebody=somebody[stay.step],
        )
        for stay in client.journey.stays if stay.until
    ]  # fmt: skip


def _changes(client: Client) -> list[AnonymousStatistic]:
    return [
        AnonymousStatistic(
            kind=AnonymousStatistic.Kind.CHANGE, month=_month(change.at),
            instrument_id=change.instrument_id, scale=change.scale, verdict=change.since_first,
        )
        for change in client.changes.all()
    ]  # fmt: skip


def _month(at: datetime) -> date:
    return timezone.localtime(at).date().replace(day=1)


def erase_again(pairs: Iterable[tuple[UUID, UUID]]) -> int:
    """Erases the listed clients who exist again after a backup was restored. Returns how many."""
    erased = 0
    for client_id, user_id in pairs:
        with transaction.atomic():
            if client := Client.objects.filter(pk=client_id, user=user_id).first():
                _grant_again(client_id, user_id)
                erase(client=client)
                erased += 1
    return erased


def _grant_again(client: UUID, user: UUID) -> None:
    """Makes this one erasure count as granted until the transaction ends."""
    with connection.cursor() as cursor:
        value = f"{client} {user}"
        cursor.execute("SELECT set_config('psywellpath.replay', %s, true)", [value])
