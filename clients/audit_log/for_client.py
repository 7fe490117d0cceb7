"""What other people did with a client's record, grouped by day, for the client to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.database.together import Loader, load
from accounts.models import User
from clients.audit_log.labels import GRANTS, AccessKind, access_kind, client_text
from clients.audit_verbs import CareVerb
from clients.models import CareLink, Client

# Returning within this time counts as the same visit: saving a form opens its page again.
SAME_VISIT = timedelta(minutes=30)
# A list shows many clients at once, so how often it was opened says nothing about this client.
LISTS = (
    CareVerb.AGENDA_OPENED,
    CareVerb.CASELOAD_OPENED,
    CareVerb.CLIENTS_LISTED,
    CareVerb.ENQUIRIES_LISTED,
)


@dataclass
class Line:
    """One person doing one kind of thing on one day: in how many visits, and when last."""

    who: str
    what: str
    visits: int
    last: datetime
    kind: AccessKind
    until: CareLink | None = None


@dataclass(frozen=True)
class PersonLines:
    """What one person did on one day, the latest first."""

    who: str
    lines: list[Line]

    @property
    def kinds(self) -> list[AccessKind]:
        return list(dict.fromkeys(line.kind for line in self.lines))

    @property
    def last(self) -> datetime:
        return self.lines[0].last


@dataclass(frozen=True)
class Day:
    """`lines` are grouped by person; the person who acted most recently comes first."""

    day: date
    lines: list[Line]

    @property
    def people(self) -> list[PersonLines]:
        grouped = groupby(self.lines, key=attrgetter("who"))
        return [PersonLines(who, list(lines)) for who, lines in grouped]


def of(client: Client) -> Any:
    """Every event of other people: reads, changes and grants. Refused requests showed nothing and
    are left out."""
    return (
        audit.of_client(client.pk)
        .filter(Q(actor=None) | ~Q(actor=client.user_id))
        .exclude(verb=AccountVerb.REFUSED.value)
        .annotate(day=TruncDate("at"))
    )


def dates(client: Client) -> QuerySet:
    """The days that have at least one such event, newest first."""
    return of(client).order_by("-day").values_list("day", flat=True).distinct()


def days(client: Client, selected: Iterable[date]) -> list[Day]:
    """These days with their lines. Three queries at most, however many rows there are."""
    return load(load_days(client, selected))


def load_days(client: Client, selected: Iterable[date]) -> Loader[list[Day]]:
    """The same together with other rows. `selected` may be a queryset."""
    if isinstance(selected, QuerySet):
        yield (selected,)
    dates_shown = list(selected)
    if not dates_shown:
        return []
    thing = Case(
        When(verb__in=[verb.value for verb in GRANTS], then=F("target")),  # type: ignore[attr-defined]
        default=Value(""),
        output_field=CharField(),
    )
    rows: Any = (
        of(client)
        .filter(day__in=dates_shown)
        .annotate(thing=thing)
        .order_by("at")
        .values("day", "actor", "verb", "route", "thing", "at")
    )
    yield (rows,)
    people, links = yield from _named(rows)
    lines_by_day: dict[date, dict[tuple, Line]] = {day: {} for day in dates_shown}
    for row in rows:
        _add(lines_by_day[row["day"]], row, people, links)
    return [Day(day, _ordered(list(lines.values()))) for day, lines in lines_by_day.items()]


def _ordered(lines: list[Line]) -> list[Line]:
    latest: dict[str, datetime] = {}
    for line in lines:
        latest[line.who] = max(line.last, latest.get(line.who, line.last))
    return sorted(lines, key=lambda line: (latest[line.who], line.who, line.last), reverse=True)


def _add(lines: dict, row: dict[str, Any], people: dict, links: dict) -> None:
    """Adds an event to the line with the same text. Events must come in order of time."""
    link = links.get(_key(row["thing"]))
    whom = link.therapist if link else people.get(_key(row["thing"]))
    what = client_text(row["verb"], row["route"], whom.name if whom else "")
    actor = people.get(row["actor"])
    key = (row["actor"], what, row["thing"])
    line = lines.get(key)
    if line is None:
        name = actor.name if actor else ""
        until = None if link is None or link.is_called_off else link
        lines[key] = Line(name, what, 1, row["at"], access_kind(row["verb"]), until)
        return
    if row["verb"] not in LISTS and row["at"] - line.last > SAME_VISIT:
        line.visits += 1
    line.last = row["at"]


def _key(thing: str) -> UUID | None:
    """The id in a target such as `clients.carelink 6f…`."""
    try:
        return UUID(thing.rpartition(" ")[2])
    except ValueError:
        return None


def _named(rows: Iterable[dict[str, Any]]) -> Loader[tuple[dict, dict]]:
    """The people who acted or were granted something, and the care links."""
    things = {key for row in rows if (key := _key(row["thing"]))}
    given = CareLink.objects.every_kind("clients read of everybody whom a link let in")
    links = given.select_related("therapist").filter(pk__in=things).order_by()
    actors = {row["actor"] for row in rows if row["actor"]}
    people = User.objects.filter(pk__in=actors | things).order_by()
    yield people, links
    return {person.pk: person for person in people}, {link.pk: link for link in links}
