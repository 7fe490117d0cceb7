"""Sessions as calendar files (RFC 5545), which a phone adds to its calendar, changes and removes.

An entry keeps its UID through every change of its session, and the highest SEQUENCE counts. Nothing
in it is clinical: it says "Session", and with whom, unless the client chose discreet emails.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from accounts.encryption.fields import readable
from clients.models import Session

# How a calendar takes a file that came by email (RFC 5546): it offers to add or change the entries,
# or to remove them. Nobody is asked to answer, and nothing is added without a tap.
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
TYPE = "text/calendar; charset=utf-8"


def by_method(sessions: Iterable[Session], now: datetime, *, discreet: bool) -> dict[str, str]:
    """The files for an email about these sessions, by method. They do not say where a session is:
    an email is read by others, and a link opens a room."""
    files: dict[str, list[Session]] = {}
    for session in sessions:
        planned = session.state == Session.State.PLANNED
        files.setdefault(PUBLISH if planned else CANCEL, []).append(session)
    return {
        method: _file((_event(one, now, discreet=discreet) for one in some), method, discreet)
        for method, some in files.items()
    }


def own(sessions: Iterable[Session], now: datetime, *, discreet: bool) -> str:
    """The file that a client takes from their own pages. It says where the sessions are, unless the
    client chose discretion."""
    return _file((_own_event(one, now, discreet) for one in sessions), None, discreet)


def _own_event(session: Session, now: datetime, discreet: bool) -> Event:
    event = _event(session, now, discreet=discreet)
    if session.place and not discreet:
        place = [session.get_place_display(), readable(session).get("place_detail")]
        event.add("location", ", ".join(filter(None, place)))
    return event


def _event(session: Session, now: datetime, *, discreet: bool) -> Event:
    event = Event()
    event.add("uid", str(session.calendar_uid))
    event.add("sequence", session.calendar_sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", session.at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", _("Session"))
    event.add("class", "PRIVATE")
    planned = session.state == Session.State.PLANNED
    event.add("status", "CONFIRMED" if planned else "CANCELLED")
    if not discreet:
        event.add("description", _("With %(name)s") % {"name": session.therapist.name})
    return event


def _file(events: Iterable[Event], method: str | None, discreet: bool) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for event in events:
        if method and not discreet:
            event.add(
                "organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
            )
        calendar.add_component(event)
    return calendar.to_ical().decode()
