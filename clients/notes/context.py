"""The initial values of the note form."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from clients.models import Note, NoteTemplate, Session


def initial(query: Mapping) -> dict[str, object]:
    """From the query: the session that it names, and the text of a template that is active."""
    slug = query.get("template")
    template = NoteTemplate.objects.filter(slug=slug, active=True).first() if slug else None
    values: dict[str, object] = {"text": template.text} if template else {}
    if session := query.get("session"):
        values["session"] = session
    return values


def session_of_now(
    of_today: Iterable[Session], last_note: Note | None, now: datetime
) -> Session | None:
    """Today's session that a new note is about: the last one that was held or has begun, unless
    the last signed note is about it already."""
    state = Session.State
    begun = [
        s for s in of_today if s.state == state.HELD or (s.state == state.PLANNED and s.at <= now)
    ]
    if last_note:
        begun = [s for s in begun if s.pk != last_note.session_id]
    return max(begun, key=lambda session: session.at, default=None)
