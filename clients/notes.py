"""What therapists write about a client."""

from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from clients.actions import record_of
from clients.models import Client, Note


@transaction.atomic
def write_note(
    *,
    client: Client,
    by: User,
    text: str,
    audience: str,
    key: UUID | None = None,
    request: HttpRequest | None = None,
) -> Note:
    """Keeps a note. `key` is made with the form: sending that form twice keeps one note."""
    client = record_of(client, by)
    if key and (kept := client.notes.filter(pk=key, author=by).first()):
        return kept
    note = Note(pk=key or uuid4(), client=client, author=by, text=text.strip(), audience=audience)
    note.full_clean()
    note.save()
    audit.record(audit.Verb.NOTE_WRITTEN, by=by, client=client.pk, target=note, request=request)
    return note
