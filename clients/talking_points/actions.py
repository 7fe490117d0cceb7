"""What a client brings to the next session: adding, changing and removing it, and saying that it
was talked about. Nobody gets an email about it."""

from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import demand_current
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.models import Client, Note, TalkingPoint
from clients.talking_points.labels import REFUSALS
from clients.talking_points.queries import refusal_for


@transaction.atomic
def add(
    *,
    client: Client,
    by: User,
    text: str,
    note: Note | None = None,
    key: UUID | None = None,
    request: HttpRequest | None = None,
) -> TalkingPoint:
    """Adds words of the client, or a note that was shared with them, or both. A second call with
    the same `key` changes nothing. Raises ValidationError if there is nothing to say, or nobody to
    say it to."""
    if by.pk != client.user_id or (note and not client.notes.shared().filter(pk=note.pk).exists()):
        raise PermissionDenied
    key = key or uuid4()
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if added := client.talking_points.filter(idempotency_key=key).first():
        return added
    if reason := refusal_for(client):
        raise ValidationError(str(REFUSALS[reason]))
    item = TalkingPoint(client=client, note=note, text=text.strip(), idempotency_key=key)
    _demand_words(item)
    item.full_clean()
    item.save(force_insert=True)
    _record(CareVerb.TALKING_POINT_ADDED, item, by, request)
    return item


@transaction.atomic
def change(
    *, item: TalkingPoint, by: User, text: str, seen: int, request: HttpRequest | None = None
) -> TalkingPoint:
    """Replaces the client's words. Raises Stale if another window has changed them, and
    ValidationError if nothing would be left, or if it is no longer on the list."""
    locked = _lock_own(item, by)
    if locked.text != text.strip():
        demand_current(locked, version=locked.version, seen=seen)
        locked.text, locked.version = text.strip(), locked.version + 1
        _demand_words(locked)
        locked.full_clean()
        locked.save(update_fields=["text", "version"])
        _record(CareVerb.TALKING_POINT_CHANGED, locked, by, request)
    return locked


@transaction.atomic
def remove(*, item: TalkingPoint, by: User, request: HttpRequest | None = None) -> None:
    """Deletes an item. Raises ValidationError if it is no longer on the list."""
    locked = _lock_own(item, by)
    TalkingPoint.objects.filter(pk=locked.pk).delete()
    _record(CareVerb.TALKING_POINT_REMOVED, item, by, request)


@transaction.atomic
def mark_talked_about(*, item: TalkingPoint, by: User, request: HttpRequest | None = None) -> None:
    """A therapist says that it was talked about today. A second call changes nothing."""
    locked = _lock_for_therapist(item, by)
    if locked.talked_on is None:
        locked.talked_on, locked.talked_by = timezone.localdate(), by
        locked.save(update_fields=["talked_on", "talked_by"])
        _record(CareVerb.TALKED_ABOUT, locked, by, request)


@transaction.atomic
def put_back(*, item: TalkingPoint, by: User, request: HttpRequest | None = None) -> None:
    """It was not talked about after all: it is on the list again."""
    locked = _lock_for_therapist(item, by)
    if locked.talked_on is not None:
        locked.talked_on = locked.talked_by = None
        locked.save(update_fields=["talked_on", "talked_by"])
        _record(CareVerb.TALKING_POINT_PUT_BACK, locked, by, request)


def _lock_own(item: TalkingPoint, by: User) -> TalkingPoint:
    """The open item. Row-level security lets its client lock no other."""
    if by.pk != item.client.user_id:
        raise PermissionDenied
    locked = TalkingPoint.objects.open().select_for_update(of=("self",)).filter(pk=item.pk).first()
    if locked is None:
        words = _("This is no longer on your list: you have talked about it by now, or removed it.")
        raise ValidationError(words)
    return locked


def _lock_for_therapist(item: TalkingPoint, by: User) -> TalkingPoint:
    lock_record(item.client, by)
    return TalkingPoint.objects.select_for_update().get(pk=item.pk)


def _demand_words(item: TalkingPoint) -> None:
    if not item.text and item.note_id is None:
        raise ValidationError({"text": _("Please write what you would like to talk about.")})


def _record(verb: CareVerb, item: TalkingPoint, by: User, request: HttpRequest | None) -> None:
    audit.record(verb, by=by, client=item.client_id, target=item, request=request)
