"""Writing notes: saving drafts, signing, amending, discarding."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import Stale, demand_current
from clients import emails
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.models import Client, Note, Session


@transaction.atomic
def keep_draft(
    *,
    client: Client,
    by: User,
    text: str,
    audience: str,
    key: UUID,
    seen: int = 0,
    session: Session | None = None,
    about: date | None = None,
    request: HttpRequest | None = None,
) -> Note:
    """Saves a draft. `seen` is the draft's version on the page, 0 for a new draft.

    Raises Stale if another window has changed or signed it; `keep_beside` then keeps this text too.
    """
    client, text = lock_record(client, by), text.strip()
    note = _current(client, by, key, text, seen)
    if note.signed_at:
        return note
    return _save_draft(note, by, request, text=text, audience=audience, **_of(session, about))


@transaction.atomic
def keep_beside(
    *,
    client: Client,
    by: User,
    text: str,
    audience: str,
    key: UUID,
    session: Session | None = None,
    about: date | None = None,
    request: HttpRequest | None = None,
) -> Note:
    """Saves a text that was refused as `Stale` as a draft of its own. Nothing is overwritten; the
    same text again leads to the same draft."""
    client, text = lock_record(client, by), text.strip()
    key = uuid5(key, text)
    if existing := _own(client, by).filter(idempotency_key=key).first():
        return existing
    note = Note(idempotency_key=key, client=client, author=by)
    return _save_draft(note, by, request, text=text, audience=audience, **_of(session, about))


@transaction.atomic
def write_note(
    *,
    client: Client,
    by: User,
    text: str,
    audience: str,
    key: UUID | None = None,
    seen: int = 0,
    session: Session | None = None,
    about: date | None = None,
    request: HttpRequest | None = None,
) -> Note:
    """Signs a note, which can then only be amended. Submitting a form twice signs one note.

    Raises Stale if another window has saved or signed a different text under this key.
    """
    client, text = lock_record(client, by), text.strip()
    note = _current(client, by, key or uuid4(), text, seen)
    if not note.signed_at:
        _enter(note, text=text, audience=audience, **_of(session, about))
        _sign(note, by, request)
    return note


@transaction.atomic
def share_draft(*, draft: Note, by: User, seen: int, request: HttpRequest | None = None) -> Note:
    """Signs a draft as shared with the client. Raises Stale if `seen` is not its version: a text
    that was not shown is not shared. A note that is signed already stays as it is."""
    client = lock_record(draft.client, by)
    note = _own(client, by).filter(pk=draft.pk).first()
    if note is None:  # Another window has discarded it.
        raise PermissionDenied
    if not note.signed_at:
        demand_current(note, version=note.version, seen=seen)
        note.audience = Note.Audience.SHARED
        _sign(note, by, request)
    return note


def _own(client: Client, by: User) -> QuerySet[Note]:
    return Note.objects.filter(client=client, author=by, amends=None)


def _current(client: Client, by: User, key: UUID, text: str, seen: int) -> Note:
    """The author's note with this key, or a new one. Raises Stale if it holds another text by
    now."""
    note = _own(client, by).filter(idempotency_key=key).first()
    if note is None:
        return Note(idempotency_key=key, client=client, author=by)
    if note.text != text:
        if note.signed_at:
            raise Stale(note)
        demand_current(note, version=note.version, seen=seen)
    return note


def _of(session: Session | None, about: date | None) -> dict[str, Any]:
    """A note of a session has that session's day, and no other."""
    return {"session": session, "about": None if session else about}


def _enter(note: Note, **entered: Any) -> None:
    """Sets what was entered. Raises PermissionDenied for a session of another client."""
    session = entered["session"]
    if session is not None and session.client_id != note.client_id:
        raise PermissionDenied
    for name, value in entered.items():
        setattr(note, name, value)


def _save_draft(note: Note, by: User, request: HttpRequest | None, **entered: Any) -> Note:
    """Saves a draft if it is new or has changed."""
    begun = note._state.adding
    if begun or any(getattr(note, name) != value for name, value in entered.items()):
        note.version += not begun
        _enter(note, **entered)
        note.full_clean()
        note.save()
        verb = CareVerb.NOTE_DRAFTED if begun else CareVerb.NOTE_KEPT
        audit.record(verb, by=by, client=note.client_id, target=note, request=request)
    return note


def _sign(note: Note, by: User, request: HttpRequest | None) -> None:
    note.signed_at = timezone.now()
    note.full_clean()
    note.save()
    audit.record(CareVerb.NOTE_WRITTEN, by=by, client=note.client_id, target=note, request=request)
    if note.audience == Note.Audience.SHARED:
        emails.notify_client(note.client, emails.NOTE_SHARED)


@transaction.atomic
def amend(
    *, note: Note, by: User, text: str, key: UUID | None = None, request: HttpRequest | None = None
) -> Note:
    """Adds to a signed note of any author. The addition is signed at once, for the same readers."""
    client = lock_record(note.client, by)
    if not note.signed_at or note.amends_id:
        raise PermissionDenied
    key = key or uuid4()
    if existing := note.amendments.filter(idempotency_key=key, author=by).first():
        return existing
    added = Note(
        client=client, author=by, audience=note.audience, text=text.strip(), amends=note,
        signed_at=timezone.now(), idempotency_key=key,
    )  # fmt: skip
    added.full_clean()
    added.save(force_insert=True)
    audit.record(CareVerb.NOTE_AMENDED, by=by, client=client.pk, target=note, request=request)
    return added


@transaction.atomic
def discard(*, note: Note, by: User) -> None:
    """Deletes one's own draft. A signed note is not deleted."""
    lock_record(note.client, by)
    drafts = Note.objects.drafts_of(by).select_for_update().filter(pk=note.pk)
    if drafts.delete()[0]:
        audit.record(CareVerb.NOTE_DISCARDED, by=by, client=note.client_id, target=note)
