"""Searching the audit trail: what is asked, the rows, and the same as a CSV file."""

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

from accounts.csv_cells import safe_cell
from accounts.models import AuditEvent, User
from clients.audit_log.labels import PLACES, deed
from clients.models import Client

PAGE = 50
MOST = 100_000  # Rows in one file.
IN_MEMORY = 2_000_000  # Bytes; beyond, the file waits on the disk.
COLUMNS = ["at", "who", "who_id", "what", "page", "client", "client_id", "thing", "from"]


def search(said: dict[str, Any]) -> QuerySet[AuditEvent]:
    """The rows that fit, newest first; every part of the question has an index of its own."""
    rows = AuditEvent.objects.order_by("-at", "-pk")
    for name, column in (("person", "actor"), ("client", "client"), ("verb", "verb"),
                         ("address", "address")):  # fmt: skip
        if said.get(name):
            rows = rows.filter(**{column: said[name]})
    if said.get("since"):
        rows = rows.filter(at__gte=said["since"])
    if said.get("before"):
        rows = rows.filter(at__lt=said["before"])
    return rows


@dataclass(frozen=True)
class Place:
    """Where a page ends: its last row. Pages begin after a row, so that none is ever counted."""

    at: datetime
    event: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.event}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        at, _, event = text.partition("~")
        try:
            moment = datetime.fromisoformat(at)
            return cls(moment, UUID(event)) if timezone.is_aware(moment) else None
        except ValueError:
            return None


def page(rows: QuerySet[AuditEvent], after: Place | None) -> tuple[list[AuditEvent], Place | None]:
    """The next rows after a place, and the place where they end, None at the last page."""
    if after:
        rows = rows.filter(at__lte=after.at).exclude(Q(at=after.at, pk__gte=after.event))
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    return found, Place(found[-1].at, found[-1].pk) if more else None


@dataclass(frozen=True)
class Row:
    """One event, in words."""

    event: AuditEvent
    what: str
    where: str
    who: User | None
    client: Client | None
    about: User | None


def rows(events: Iterable[AuditEvent]) -> list[Row]:
    """Names beside ids. Two queries."""
    events = list(events)
    people: dict = User.objects.in_bulk(
        {key for e in events for key in (e.actor, _person(e.target)) if key}
    )
    clients = Client.objects.select_related("user").in_bulk({e.client for e in events if e.client})
    return [
        Row(
            event=e,
            what=deed(e.verb),
            where=str(PLACES.get(e.route, "")),
            who=people.get(e.actor),
            client=clients.get(e.client) if e.client else None,
            about=people.get(_person(e.target)),
        )
        for e in events
    ]


def _person(target: str) -> UUID | None:
    """The person a target names, as `accounts.user 6f…` or `6f…: therapist`."""
    words = target.removeprefix("accounts.user ").partition(":")[0]
    try:
        return UUID(words)
    except ValueError:
        return None


def as_csv(found: QuerySet[AuditEvent]) -> SpooledTemporaryFile:
    """The rows as a file, read a part at a time; made whole before the first byte leaves.

    Not sent while it is read: the identity that the database goes by ends with the view.
    """
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    text = io.TextIOWrapper(made, encoding="utf-8", newline="", write_through=True)
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    for some in _parts(found):
        sheet.writerows([safe_cell(cell) for cell in _cells(row)] for row in rows(some))
    text.detach()
    made.seek(0)
    return made


def _parts(found: QuerySet[AuditEvent]) -> Iterator[list[AuditEvent]]:
    """By the same places as the pages, so that it works through any pooler."""
    after, asked = None, 0
    while asked < MOST:
        some, after = page(found, after)
        asked += len(some)
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
