"""What others did with a client's record, for the client: by day, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from accounts import audit
from accounts.audit import Verb
from accounts.models import User
from clients.audit_log.labels import GRANTS, told
from clients.models import CareLink, Client

# Somebody who comes back sooner is still at the same work: saving a form opens its page again.
SAME_VISIT = timedelta(minutes=30)
# A list shows many people at once; how often it was opened says nothing about this one.
LISTS = (Verb.CASELOAD_OPENED, Verb.CLIENTS_LISTED, Verb.ENQUIRIES_LISTED)


@dataclass
class Line:
    """One person doing one kind of thing on one day: in how many visits, and when last."""

    who: str
    what: str
    visits: int
    last: datetime
    grant: bool = False
    until: CareLink | None = None


@dataclass(frozen=True)
class Day:
    """`lines`: person after person, whoever was there last comes first."""

    day: date
    lines: list[Line]


def of(client: Client) -> Any:
    """Everything that others saw, did or were given; a refusal showed nothing and is left out."""
    return (
        audit.of_client(client.pk)
        .filter(Q(actor=None) | ~Q(actor=client.user_id))
        .exclude(verb=Verb.REFUSED.value)
        .annotate(day=TruncDate("at"))
    )


def dates(client: Client) -> QuerySet:
    """The days on which there is something to tell, newest first."""
    return of(client).order_by("-day").values_list("day", flat=True).distinct()


def days(client: Client, wanted: Iterable[date]) -> list[Day]:
    """These days with their lines. Three queries, whatever the rows."""
    asked = list(wanted)
    if not asked:
        return []
    thing = Case(
        When(verb__in=[verb.value for verb in GRANTS], then=F("target")),  # type: ignore[attr-defined]
        default=Value(""),
        output_field=CharField(),
    )
    rows: list[dict[str, Any]] = list(
        of(client)
        .filter(day__in=asked)
        .annotate(thing=thing)
        .order_by("at")
        .values("day", "actor", "verb", "route", "thing", "at")
    )
    people, links = _named(rows)
    told_by_day: dict[date, dict[tuple, Line]] = {day: {} for day in asked}
    for row in rows:
        _add(told_by_day[row["day"]], row, people, links)
    return [Day(day, _ordered(list(lines.values()))) for day, lines in told_by_day.items()]


def _ordered(lines: list[Line]) -> list[Line]:
    latest: dict[str, datetime] = {}
    for line in lines:
        latest[line.who] = max(line.last, latest.get(line.who, line.last))
    return sorted(lines, key=lambda line: (latest[line.who], line.who, line.last), reverse=True)


def _add(lines: dict, row: dict[str, Any], people: dict, links: dict) -> None:
    """Puts a row, the rows coming in order of time, to the line that says the same."""
    link = links.get(_key(row["thing"]))
    whom = link.therapist if link else people.get(_key(row["thing"]))
    what = told(row["verb"], row["route"], whom.name if whom else "")
    actor = people.get(row["actor"])
    key = (row["actor"], what, row["thing"])
    line = lines.get(key)
    if line is None:
        name = actor.name if actor else ""
        until = None if link is None or link.is_called_off else link
        lines[key] = Line(name, what, 1, row["at"], row["verb"] in GRANTS, until)
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


def _named(rows: list[dict[str, Any]]) -> tuple[dict, dict]:
    """The people who acted or were given something, and the care links. Two queries."""
    things = {key for row in rows if (key := _key(row["thing"]))}
    links = CareLink.objects.select_related("therapist").in_bulk(things)
    actors = {row["actor"] for row in rows if row["actor"]}
    return User.objects.in_bulk(actors | things), links
