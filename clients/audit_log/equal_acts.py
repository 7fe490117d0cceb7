"""Equal acts of one person within a minute, gathered for reading. Pure.

Opening a list is one act, but one event for each client on it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from clients.audit_log.labels import group_text
from clients.audit_log.search import Row
from clients.models import Client

ONE_ACT = timedelta(minutes=1)
SAME = ("actor", "verb", "route", "address")


@dataclass
class Group:
    """Neighbouring events of the audit log, newest first; most groups have one."""

    rows: list[Row] = field(default_factory=list)

    @property
    def newest(self) -> Row:
        return self.rows[0]

    @property
    def client(self) -> Client | None:
        """The client whom every event is about, if it is one."""
        return self.newest.client if len(self._clients) == 1 else None

    @property
    def what(self) -> str:
        event = self.newest.event
        return group_text(event.verb, len(self._clients - {None}), len(self.rows))

    @property
    def _clients(self) -> set:
        return {row.event.client for row in self.rows}


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Every row once and in its order. Only neighbours are gathered, so another person's act in
    between begins a new group."""
    return list(_groups(rows))


def _groups(rows: Iterable[Row]) -> Iterator[Group]:
    group: Group | None = None
    for row in rows:
        if group and _is_same_act(group.newest, row):
            group.rows.append(row)
            continue
        if group:
            yield group
        group = Group([row])
    if group:
        yield group


def _is_same_act(newest: Row, row: Row) -> bool:
    one, other = newest.event, row.event
    same = all(getattr(one, name) == getattr(other, name) for name in SAME)
    return same and one.at - other.at <= ONE_ACT
