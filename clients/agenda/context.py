"""The rows of a day, of a week, and of the lists of what is still to be written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone

from accounts.database.together import Loader, alone, first, load, side_by_side
from accounts.database.together import rows as together
from accounts.models import User
from clients import journey
from clients.agenda import days, queries
from clients.agenda.days import Days
from clients.agenda.labels import VERDICTS, WISHES
from clients.agenda.since import Since, since
from clients.labels import Text
from clients.models import Client, Note, ReliableChange, Session, Step, TalkingPoint
from clients.models.session import SessionQuerySet

ON_A_PAGE = 20
NOTHING = Since()


@dataclass(frozen=True)
class ResultLine:
    """A new result: its page, and each dimension with how it compares with the first result (none
    for a first result)."""

    title: str
    url: str
    verdicts: list[tuple[str, Text]]


@dataclass(frozen=True)
class Row:
    """A session, and what its therapist wants to know before it. `days`: on the step. `going_on`:
    it has begun and is not over. `late`: it is over, and nobody has recorded it. `notable`: a note
    can be about it. `choices`: the outcomes that can be recorded here. `points`: what the client
    brings to it, if it lies ahead or nobody has recorded it."""

    session: Any
    going_on: bool
    late: bool
    notable: bool
    choices: list[Session.State]
    asked: Text | None
    days: int
    paused: str
    since: Since
    results: list[ResultLine]
    last_note: Note | None
    points: Sequence[TalkingPoint]

    @property
    def client(self) -> Client:
        return self.session.client

    @property
    def step(self) -> Step:
        return self.client.caseload_index.step

    @property
    def records_note(self) -> bool:
        """Whether one button records the session, which has begun, as held and opens its note."""
        written = self.session.note or self.session.draft
        return (self.going_on or self.late) and bool(self.choices) and not written


@dataclass(frozen=True)
class DayRows:
    day: date
    rows: list[Row]


def day(user: User, span: Days, query: Mapping, now: datetime) -> Loader[dict[str, Any]]:
    """The sessions of a day, and on the day of today what nobody has recorded yet. Three queries,
    however many sessions."""
    sessions = yield from queries.sessions_of(user)
    shown = queries.for_rows(sessions, user, now)
    is_today = span.first == timezone.localdate(now)
    of_day = queries.in_span(shown, span)
    earlier = queries.overdue(shown, span.starts_at) if is_today else Session.objects.none()
    counts, just_recorded, _read = yield from side_by_side(
        queries.unwritten(sessions, user), _recorded(sessions, query), together(of_day, earlier)
    )
    rows, next_session = yield from side_by_side(
        _rows([*earlier, *of_day], now), _next_if_none(sessions, of_day, span, now)
    )
    return {
        **_around(span),
        "is_today": is_today,
        "late": [row for row in rows if row.late],
        "rows": [row for row in rows if not row.late],
        "next_session": next_session,
        "recorded": just_recorded,
        "now": now,
        **counts,
    }


def week(user: User, span: Days, query: Mapping, now: datetime) -> Loader[dict[str, Any]]:
    """The sessions of each day of a week, without what has happened since. Three queries at
    most."""
    sessions = yield from queries.sessions_of(user)
    of_week = queries.in_span(queries.for_rows(sessions, user, now), span)
    counts, just_recorded, _read = yield from side_by_side(
        queries.unwritten(sessions, user), _recorded(sessions, query), together(of_week)
    )
    next_session = yield from _next_if_none(sessions, of_week, span, now)
    rows = [_row(one, now) for one in of_week]
    by_day: dict[date, list[Row]] = {one: [] for one in span.each}
    for row in rows:
        by_day[timezone.localdate(row.session.at)].append(row)
    return {
        **_around(span),
        "rows": rows,
        "by_day": [DayRows(one, some) for one, some in by_day.items()],
        "next_session": next_session,
        "recorded": just_recorded,
        "now": now,
        **counts,
    }


def _next_if_none(
    sessions: SessionQuerySet, shown: SessionQuerySet, span: Days, now: datetime
) -> Loader[Session | None]:
    """The next session after these days, if there is none on them."""
    if shown:
        return None
    coming = yield from alone(queries.next_after(sessions, max(span.ends_at, now)))
    return first(coming)


def _around(span: Days) -> dict[str, Days]:
    return {"days": span, "before": span.moved(-1), "after": span.moved(1)}


def unwritten(user: User, query: Mapping) -> dict[str, Any]:
    """Held sessions without a note, and the therapist's drafts, of all their clients."""
    sessions = load(queries.sessions_of(user))
    held = queries.without_note(sessions).select_related("client__user", "therapist")
    drafts = queries.drafts_of(user).select_related("client__user", "session")
    return {
        "held": Paginator(held, ON_A_PAGE).get_page(query.get("held")),
        "drafts": Paginator(drafts, ON_A_PAGE).get_page(query.get("drafts")),
    }


def _recorded(sessions: SessionQuerySet, query: Mapping) -> Loader[Session | None]:
    """The session that was just recorded as held, whose note can be written now, if the query names
    one."""
    try:
        named = UUID(query.get("recorded", ""))
    except ValueError:
        return None
    held = sessions.filter(state=Session.State.HELD, pk=named).select_related("client__user")
    return first((yield from alone(held)))


def _rows(sessions: list[Any], now: datetime) -> Loader[list[Row]]:
    """One query."""
    if not sessions:
        return []
    clients = {session.client_id for session in sessions}
    begins = min(_since_when(session) for session in sessions)
    ahead = {s.client_id for s in sessions if s.state == Session.State.PLANNED}
    facts, changes, notes, points = yield from side_by_side(
        queries.facts(clients, begins),
        queries.changes(clients, begins),
        queries.last_notes(ahead),
        queries.talking_points(ahead),
    )
    rows = []
    for session in sessions:
        planned = session.state == Session.State.PLANNED
        happened = since(
            facts, session.client_id, session.last_held, now if planned else session.at
        )
        lines = [
            _result(session.client_id, fact.key, fact.title, changes) for fact in happened.results
        ]
        row = _row(session, now, happened, lines)
        if planned:
            client = session.client_id
            row = replace(row, last_note=notes.get(client), points=points.get(client, ()))
        rows.append(row)
    return rows


def _since_when(session: Any) -> datetime:
    return session.last_held or session.client.caseload_index.care_began


def _result(
    client: UUID, attempt: str, title: str, changes: dict[str, list[ReliableChange]]
) -> ResultLine:
    return ResultLine(
        title,
        reverse("client-result", args=[client, attempt]),
        [(change.title, VERDICTS[change.since_first]) for change in changes.get(attempt, [])],
    )


def _row(
    session: Any,
    now: datetime,
    happened: Since = NOTHING,
    results: Iterable[ResultLine] = (),
) -> Row:
    index, state = session.client.caseload_index, Session.State
    session.client.may_write = session.may_write
    is_planned, over = session.state == state.PLANNED, session.ends_at <= now
    may_become = session.may_become(now) if is_planned else []
    walks = journey.Kind(index.last_kind) in journey.WALKS
    return Row(
        session=session,
        going_on=session.at <= now < session.ends_at,
        late=is_planned and over,
        notable=timezone.localdate(session.at) <= timezone.localdate(now),
        choices=[one for one in may_become if over or one != state.MOVED],
        asked=WISHES[session.asked] if session.asked else None,
        days=(now - index.since).days,
        paused="" if walks else index.last_kind,
        since=happened,
        results=list(results),
        last_note=None,
        points=(),
    )


def today(user: User, query: Mapping, now: datetime) -> Loader[dict[str, Any]]:
    """For the top of the caseload."""
    return with_clients((yield from day(user, days.day(timezone.localdate(now)), query, now)))


def with_clients(shown: dict[str, Any]) -> dict[str, Any]:
    """Adds `clients`: those of whom something is shown, each once."""
    sessions = [row.session for row in [*shown.get("late", []), *shown["rows"]]]
    sessions += [one for one in (shown["next_session"], shown["recorded"]) if one]
    return shown | {"clients": {session.client_id: None for session in sessions}}
