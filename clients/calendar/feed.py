"""A therapist's sessions for the calendar program that subscribes to them.

Entries say "Session" and no more, unless the therapist chose names. What the therapist may not see
any longer is not in it: a record that is closed to them, or everything once the role ends.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User
from clients.models import CareLink, Client, Session

PAST, AHEAD = timedelta(days=30), timedelta(days=180)


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def owner_of(key: str) -> UUID | None:
    """Whose feed has this key. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_calendar_of(%s)", [hash_of(key)])
        return cursor.fetchone()[0]


def sessions(therapist: User, now: datetime) -> list[Session]:
    """Their own sessions, and those that they cover, from PAST to AHEAD. One query."""
    covered = CareLink.objects.current(OuterRef("at")).filter(
        client=OuterRef("client"), therapist=therapist, covers__therapist=OuterRef("therapist")
    )
    today = _beginning_of_day(now)
    found = Session.objects.filter(
        Q(therapist=therapist) | Exists(covered),
        client__in=Client.objects.visible_to(therapist, now),
        state__in=Session.TAKES_TIME, at__gte=today - PAST, at__lt=today + AHEAD,
    )  # fmt: skip
    return list(found.select_related("therapist", "client__user").order_by("at"))


def file(found: Sequence[Session], therapist: User, now: datetime, *, names: bool) -> bytes:
    """The calendar. It stays the same, byte for byte, until a session changes or the day ends."""
    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Sessions"))
    calendar.add("refresh-interval", timedelta(hours=1), {"value": "DURATION"})
    stamp = _beginning_of_day(now).astimezone(UTC)
    for session in found:
        event = Event()
        event.add("uid", str(session.calendar_uid))
        event.add("sequence", session.calendar_sequence)
        event.add("dtstamp", stamp)
        event.add("dtstart", session.at.astimezone(UTC))
        event.add("dtend", session.ends_at.astimezone(UTC))
        event.add("summary", _summary(session, therapist, names))
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()


def _summary(session: Session, therapist: User, names: bool) -> str:
    covers = session.therapist_id != therapist.pk
    if not names:
        return _("Session (cover)") if covers else _("Session")
    facts = {"client": session.client.user.name, "therapist": session.therapist.name}
    text = _("%(client)s (cover for %(therapist)s)") if covers else "%(client)s"
    return text % facts


def recorded_as(clients: Sequence[UUID], now: datetime) -> str:
    """What is recorded once: the day, and who is named. Nobody can read the clients from it."""
    day, named = str(timezone.localdate(now)), sorted(map(str, clients))
    return hash_of(" ".join([day, *named]))


def _beginning_of_day(now: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
