"""A client's sessions as pages show them: in parts, those of today, and the client's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.database.together import Loader, alone, attach, first
from clients.models import ChangeRequest, CheckIn, Client, Session
from clients.models.care import within_care
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


def shown(client: Client, now: datetime) -> Loader[Shown]:
    """The sessions for the client's page."""
    parts: dict[int, list] = {part: [] for part in Part}
    rows = client.sessions.first_of_each_part(SHOWN, now)
    waiting = ChangeRequest.objects.waiting(now).filter(client=client)
    # Of the latest sessions, so that those that are shown are among them.
    check_ins = CheckIn.objects.filter(client=client).order_by("-session__at")[: 2 * SHOWN]
    yield rows, waiting, check_ins
    attach(rows, "change_requests", waiting, to_attr="waiting")
    said = {one.session_id: one for one in check_ins}
    for session in in_parts(rows, now):
        session.answers = said.get(session.pk)
        parts[session.part].append(session)
    counts = {part: rows[0].of_part if rows else 0 for part, rows in parts.items()}
    return Shown(
        parts[Part.TO_RECORD], parts[Part.AHEAD], parts[Part.EARLIER],
        counts[Part.EARLIER], sum(counts.values()),
    )  # fmt: skip


def with_requests(sessions: SessionQuerySet, now: datetime) -> SessionQuerySet:
    """Loads `waiting`, the client's open request about each session (a list), and `answers`, their
    check-in or None. Two more queries."""
    waiting = ChangeRequest.objects.waiting(now)
    requests = Prefetch("change_requests", waiting, to_attr="waiting")
    return sessions.with_check_ins().prefetch_related(requests)


def in_parts(sessions: Iterable[Session], now: datetime) -> list[Any]:
    """Sets the heading of each session's part, the states that can be recorded (`choices`), and
    whether it can be moved (`changes`)."""
    rows: list[Any] = list(sessions)
    for session in rows:
        session.heading, session.choices = Part(session.part).label, session.may_become(now)
        session.changes = session.may_change(now)
    return rows


def of_today(client: Client, now: datetime | None = None) -> SessionQuerySet:
    """The sessions of this day in the practice's time zone."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    return client.sessions.filter(at__gte=begins, at__lt=begins + timedelta(days=1))


@dataclass(frozen=True)
class Own:
    """A client's coming sessions as their path shows them: the next one with the last request about
    it, the others, and a session that was cancelled because the client asked."""

    next: Session | None
    request: ChangeRequest | None
    later: list[Session]
    cancelled: ChangeRequest | None


LATER = 10


def own_coming(client: Client, now: datetime) -> SessionQuerySet:
    """The coming sessions with a therapist whose care lasts until then."""
    coming = client.sessions.coming(now).filter(within_care())
    return coming.select_related("therapist")


def own(client: Client, coming: SessionQuerySet, now: datetime) -> Loader[Own]:
    """`coming`: the next session and LATER others, of `own_coming`."""
    cancelled = ChangeRequest.objects.filter(
        client=client, answer=ChangeRequest.Answer.CANCELLED, session__at__gte=now
    )
    cancelled = cancelled.select_related("session", "answered_by")[:1]
    yield coming, cancelled
    session = first(coming)
    request = first((yield from alone(_last_request(session)))) if session else None
    return Own(session, request, list(coming)[1:], first(cancelled))


def last_request(session: Session) -> ChangeRequest | None:
    """The last request about this session, also one by which it got its present time. One query."""
    return first(_last_request(session))


def _last_request(session: Session) -> QuerySet[ChangeRequest]:
    about = ChangeRequest.objects.filter(
        client=session.client_id, session__calendar_uid=session.calendar_uid, withdrawn_at=None
    )
    return about.select_related("session__therapist", "answered_by")[:1]
