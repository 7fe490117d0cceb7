"""A client's sessions as pages show them: in parts, and those of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from clients.models import Client, Session
from clients.models.session import Part, SessionQuerySet

SHOWN = 5  # Of each part, on the client's page; the page of all sessions lists the rest.


@dataclass(frozen=True)
class Shown:
    """A client's sessions on their page: the first few of each part, and the totals."""

    to_record: list[Session]
    ahead: list[Session]
    earlier: list[Session]
    earlier_count: int
    total: int

    @property
    def all_here(self) -> bool:
        return self.total == len(self.to_record) + len(self.ahead) + len(self.earlier)


def shown(client: Client, now: datetime) -> Shown:
    """The sessions for the client's page. One query."""
    parts: dict[int, list] = {part: [] for part in Part}
    for session in in_parts(client.sessions.first_of_each_part(SHOWN, now), now):
        parts[session.part].append(session)
    counts = {part: rows[0].of_part if rows else 0 for part, rows in parts.items()}
    return Shown(
        parts[Part.TO_RECORD], parts[Part.AHEAD], parts[Part.EARLIER],
        counts[Part.EARLIER], sum(counts.values()),
    )  # fmt: skip


def in_parts(sessions: Iterable[Session], now: datetime) -> list[Any]:
    """Sets the heading of each session's part, and the states that can be recorded (`choices`)."""
    rows: list[Any] = list(sessions)
    for session in rows:
        session.heading, session.choices = Part(session.part).label, session.may_become(now)
    return rows


def of_today(client: Client, now: datetime | None = None) -> SessionQuerySet:
    """The sessions of this day in the practice's time zone."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    return client.sessions.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
