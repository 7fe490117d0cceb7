"""Finds words in the notes of one client.

The notes are decrypted in the request, the newest first, and never more than SEARCHED of them.
"""

from dataclasses import dataclass

from django.db.models import Q

from accounts.encryption import data_keys
from accounts.models import User
from clients.models import Client, Note
from clients.notes import text_search

SEARCHED, SHOWN = 1000, 50


@dataclass(frozen=True)
class Hit:
    note: Note
    pieces: list[text_search.Piece]


@dataclass(frozen=True)
class Found:
    """`searched` of the client's `of` notes were looked through; `unreadable` of them could not be
    decrypted. `hits` are at most SHOWN of the `many` notes found."""

    hits: list[Hit]
    many: int
    searched: int
    of: int
    unreadable: int


@data_keys.key_cache()
def find(client: Client, by: User, typed: str) -> Found:
    """Signed notes with their additions, and one's own drafts. Three queries, however many notes,
    and one for the data key."""
    words = text_search.words_of(typed)
    mine = Q(signed_at__isnull=False) | Q(author=by)
    notes = client.notes.filter(mine, amends=None).with_amendments()
    of, found, unreadable = notes.count(), [], 0
    searched = list(notes[:SEARCHED])
    for note in searched:
        parts = [note, *note.amendments.all()]
        readable = [part.text for part in parts if not part.unreadable]
        unreadable += len(readable) < len(parts)
        if text_search.holds_all(readable, words):
            found.append((note, readable))
    hits = [Hit(note, text_search.excerpt(texts, words)) for note, texts in found[:SHOWN]]
    return Found(hits, len(found), len(searched), of, unreadable)
