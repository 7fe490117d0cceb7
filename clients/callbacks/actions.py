"""Asking the practice for a call, and answering: taken on, done, put back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import recording as audit
from accounts.models import User
from clients import emails
from clients.audit_verbs import CareVerb
from clients.callbacks import queries
from clients.models import Callback, Client


@transaction.atomic
def ask(
    *, client: Client, by: User, number: str, good_time: str, request: HttpRequest | None = None
) -> Callback:
    """The client asks for a call, and their therapists and the managers get an email. While one
    waits, a second request changes nothing."""
    if by.pk != client.user_id:
        raise PermissionDenied
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if waiting := queries.own(client):
        return waiting
    callback = Callback(client=client, number=number, good_time=good_time.strip())
    callback.full_clean()
    callback.save(force_insert=True)
    audit.record(CareVerb.CALL_ASKED, by=by, client=client.pk, target=callback, request=request)
    emails.notify_of_callback(callback)
    return callback


@transaction.atomic
def withdraw(*, client: Client, by: User, request: HttpRequest | None = None) -> None:
    """The client no longer needs the call. Without one that waits, nothing changes."""
    if by.pk != client.user_id:
        raise PermissionDenied
    callback = Callback.objects.waiting().select_for_update().filter(client=client).first()
    if callback:
        callback.withdrawn_at = timezone.now()
        callback.save(update_fields=["withdrawn_at"])
        verb = CareVerb.CALL_WITHDRAWN
        audit.record(verb, by=by, client=client.pk, target=callback, request=request)


@transaction.atomic
def take(*, callback: Callback, by: User, request: HttpRequest | None = None) -> None:
    """Says that one will call. A second call changes nothing. Raises ValidationError if somebody
    else has taken it on, or it no longer waits."""
    locked = _lock(callback, by)
    _demand_waiting(locked)
    if locked.taken_by and locked.taken_by_id != by.pk:
        message = _("%(name)s has taken on this call.") % {"name": locked.taken_by.name}
        raise ValidationError(message)
    if not locked.taken_by_id:
        locked.taken_by, locked.taken_at = by, timezone.now()
        _save(locked, CareVerb.CALL_TAKEN, by, request)


@transaction.atomic
def finish(*, callback: Callback, by: User, request: HttpRequest | None = None) -> None:
    """Marks a call as made. A second call changes nothing. Raises ValidationError if the client
    has withdrawn it."""
    locked = _lock(callback, by)
    if locked.done_at:
        return
    _demand_waiting(locked)
    now = timezone.now()
    if not locked.taken_by_id:
        locked.taken_by, locked.taken_at = by, now
    locked.done_by, locked.done_at = by, now
    _save(locked, CareVerb.CALL_DONE, by, request)


@transaction.atomic
def put_back(*, callback: Callback, by: User, request: HttpRequest | None = None) -> None:
    """Nobody has called after all: it waits again, since the time at which it was asked for.

    Raises ValidationError if the client has withdrawn it, or has asked again meanwhile.
    """
    locked = _lock(callback, by)
    if locked.withdrawn_at:
        _demand_waiting(locked)
    if locked.done_at and Callback.objects.waiting().filter(client=locked.client_id).exists():
        raise ValidationError(_("This client has asked again, and that call is on the list."))
    if locked.taken_by_id or locked.done_by_id:
        locked.taken_by = locked.taken_at = locked.done_by = locked.done_at = None
        _save(locked, CareVerb.CALL_PUT_BACK, by, request)


def _lock(callback: Callback, by: User) -> Callback:
    if not queries.answerable_by(by).filter(pk=callback.pk).exists():
        raise PermissionDenied
    locked = Callback.objects.select_for_update(of=("self",)).select_related("taken_by")
    return locked.get(pk=callback.pk)


def _demand_waiting(callback: Callback) -> None:
    if not callback.is_waiting:
        raise ValidationError(_("This call is no longer waiting."))


def _save(callback: Callback, verb: CareVerb, by: User, request: HttpRequest | None) -> None:
    callback.save(update_fields=["taken_by", "taken_at", "done_by", "done_at"])
    audit.record(verb, by=by, client=callback.client_id, target=callback, request=request)
