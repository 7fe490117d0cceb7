"""Writing notes: saving drafts, signing, amending, discarding."""

from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from clients import emails
from clients.access import lock_record
from clients.models import Client, Note


@transaction.atomic
def keep_draft(
    *,
    client: Client,
    by: User,
    text: str,
    audience: str,
    key: UUID,
    seen: int = 0,
    request: HttpRequest | None = None,
) -> Note:
    """Saves a draft. `seen` is the draft's version on the page, 0 for a new draft.

    If another window has changed the draft meanwhile, this text becomes a separate draft (whose
    idempotency key differs from `key`), and nothing is overwritten.
    """
    client = lock_record(client, by)
    note = _own(client, by, key, text.strip(), seen)
    if note.signed_at:
        return note  # A late autosave from the page that signed it.
    begun = note._state.adding
    if begun or (note.text, note.audience) != (text.strip(), audience):
        note.version += not begun
        note.text, note.audience = text.strip(), audience
        note.full_clean()
        note.save()
        verb = audit.Verb.NOTE_DRAFTED if begun else audit.Verb.NOTE_KEPT
        audit.record(verb, by=by, client=client.pk, target=note, request=request)
    return note


@transaction.atomic
def write_note(
    *,
    client: Client,
    by: User,
    text: str,
    audience: str,
    key: UUID | None = None,
    seen: int = 0,
    request: HttpRequest | None = None,
) -> Note:
    """Signs a note, which can then only be amended. Submitting a form twice signs one note.

    Returns an unsigned draft (`signed_at` is None) if another window has saved or signed a
    different text under this key: both texts are kept, and the author decides.
    """
    client, key = lock_record(client, by), key or uuid4()
    note = _own(client, by, key, text.strip(), seen)
    if note.idempotency_key != key and not note.signed_at:
        key = note.idempotency_key
        return keep_draft(client=client, by=by, text=text, audience=audience, key=key)
    if not note.signed_at:
        note.text, note.audience, note.signed_at = text.strip(), audience, timezone.now()
        note.full_clean()
        note.save()
        verb = audit.Verb.NOTE_WRITTEN
        audit.record(verb, by=by, client=client.pk, target=note, request=request)
        if note.audience == Note.Audience.SHARED:
            emails.notify_client(client, emails.NOTE_SHARED)
    return note


def _own(client: Client, by: User, key: UUID, text: str, seen: int) -> Note:
    """The author's note with this key, or a separate new one if its text has changed meanwhile."""
    own = Note.objects.filter(client=client, author=by, amends=None)
    note = own.filter(idempotency_key=key).first()
    if note and note.text != text and (note.signed_at or note.version != seen):
        key = uuid5(key, text)  # The same text finds the same row again.
        note = own.filter(idempotency_key=key).first()
    return note or Note(idempotency_key=key, client=client, author=by)


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
    audit.record(audit.Verb.NOTE_AMENDED, by=by, client=client.pk, target=note, request=request)
    return added


@transaction.atomic
def discard(*, note: Note, by: User) -> None:
    """Deletes one's own draft. A signed note is not deleted."""
    lock_record(note.client, by)
    drafts = Note.objects.drafts_of(by).select_for_update().filter(pk=note.pk)
    if drafts.delete()[0]:
        audit.record(audit.Verb.NOTE_DISCARDED, by=by, client=note.client_id, target=note)
