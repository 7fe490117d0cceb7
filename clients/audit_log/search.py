"""Searching the audit log, page by page or as a CSV file."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEvent, User
from clients.audit_log.csv_cells import safe_cell
from clients.audit_log.labels import LISTING_VERBS, PAGES, manager_text
from clients.models import Client

PAGE = 25
MAX_ROWS = 100_000  # In one file.
IN_MEMORY = 2_000_000  # Bytes; a larger file is kept on disk.
COLUMNS = ["at", "who", "who_id", "what", "page", "client", "client_id", "thing", "from"]


def search(filters: dict[str, Any]) -> QuerySet[AuditEvent]:
    """The matching rows, newest first. Every filter is covered by an index of its own.

    A list that was opened is a row for each client in it, and would hide the rest: it is left out
    unless the filters ask for `lists`, or for this verb.
    """
    rows = AuditEvent.objects.order_by("-at", "-pk")
    for name, column in (("person", "actor"), ("client", "client"), ("verb", "verb"),
                         ("address", "address")):  # fmt: skip
        if filters.get(name):
            rows = rows.filter(**{column: filters[name]})
    if not (filters.get("lists") or filters.get("verb")):
        rows = rows.exclude(verb__in=LISTING_VERBS)
    if filters.get("since"):
        rows = rows.filter(at__gte=filters["since"])
    if filters.get("before"):
        rows = rows.filter(at__lt=filters["before"])
    return rows


@dataclass(frozen=True)
class Cursor:
    """A cursor: the last row of a page. The next page begins after it, so no rows are counted."""

    at: datetime
    event: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.event}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        at, _, event = text.partition("~")
        try:
            parsed = datetime.fromisoformat(at)
            return cls(parsed, UUID(event)) if timezone.is_aware(parsed) else None
        except ValueError:
            return None


def page(
    rows: QuerySet[AuditEvent], after: Cursor | None
) -> tuple[list[AuditEvent], Cursor | None]:
    """The rows after a cursor, and the cursor of the page after those (None on the last page)."""
    if after:
        rows = rows.filter(at__lte=after.at).exclude(Q(at=after.at, pk__gte=after.event))
    events = list(rows[: PAGE + 1])
    more = len(events) > PAGE
    events = events[:PAGE]
    return events, Cursor(events[-1].at, events[-1].pk) if more else None


@dataclass(frozen=True)
class Row:
    """One event with its texts and names."""

    event: AuditEvent
    what: str
    where: str
    who: User | None
    client: Client | None
    about: User | None


def rows(events: Iterable[AuditEvent]) -> list[Row]:
    """The events with their texts and the names behind their ids. Two queries."""
    events = list(events)
    people: dict = User.objects.in_bulk(
        {key for e in events for key in (e.actor, _person(e.target)) if key}
    )
    clients = Client.objects.select_related("user").in_bulk({e.client for e in events if e.client})
    return [
        Row(
            event=e,
            what=manager_text(e.verb),
            where=str(PAGES.get(e.route, "")),
            who=people.get(e.actor),
            client=clients.get(e.client) if e.client else None,
            about=people.get(_person(e.target)),
        )
        for e in events
    ]


def _person(target: str) -> UUID | None:
    """The id of a person in a target such as `accounts.user 6f…` or `6f…: therapist`."""
    words = target.removeprefix("accounts.user ").partition(":")[0]
    try:
        return UUID(words)
    except ValueError:
        return None


def as_csv(events: QuerySet[AuditEvent]) -> SpooledTemporaryFile:
    """The rows as a CSV file, read from the database one page at a time.

    The file is complete before it is sent: row-level security knows the actor only until the view
    returns.
    """
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    for some in _parts(events):
        sheet.writerows([safe_cell(cell) for cell in _cells(row)] for row in rows(some))
    text.detach()
    file.seek(0)
    return file


def _parts(events: QuerySet[AuditEvent]) -> Iterator[list[AuditEvent]]:
    """Pages by the same cursors as the view, so that it works through any connection pooler."""
    after, count = None, 0
    while count < MAX_ROWS:
        some, after = page(events, after)
        count += len(some)
        yield some
        if after is None:
            return


def _cells(row: Row) -> list[str]:
    event = row.event
    return [
        timezone.localtime(event.at).isoformat(),
        row.who.name if row.who else "",
        str(event.actor or ""),
        row.what,
        event.route,
        row.client.user.name if row.client else "",
        str(event.client or ""),
        event.target,
        event.address or "",
    ]
