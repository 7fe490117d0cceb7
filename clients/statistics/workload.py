"""What a manager could count from lists that they may read anyway: in true numbers.

The database counts sessions, first sessions and safety plans, since a manager reads none of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.database.together import Counted, Loader, Selected
from assessments.results import charts
from clients.dates import Span
from clients.models import CareLink, Client

WEEKS = (4, 8, 12, 26)
USUAL_WEEKS = 8


@dataclass(frozen=True)
class Month:
    """The sessions of one therapist in one month."""

    month: date
    held: int
    missed: int


@dataclass(frozen=True)
class Therapist:
    """`clients` are those in their care now; `months` those of the span with a session."""

    name: str
    clients: int
    months: tuple[Month, ...]

    @property
    def held(self) -> int:
        return sum(month.held for month in self.months)

    @property
    def missed(self) -> int:
        return sum(month.missed for month in self.months)


@dataclass(frozen=True)
class Gaps:
    """Of the people with an open path and an account: who was not measured since, and who has no
    safety plan. `nobodys` have no current or planned therapist, with an account or without."""

    clients: int
    not_measured: int
    without_plan: int
    nobodys: int


def therapists(span: Span) -> Loader[list[Therapist]]:
    """Everybody who cares for somebody now, or held or missed a session in the span."""
    links = CareLink.objects.current().order_by().values("therapist")
    cared_for = links.annotate(n=Count("client", distinct=True)).values_list(
        "therapist", "therapist__name", "n"
    )
    held = Selected(
        "SELECT counted.*, u.name FROM app_count_sessions(%s, %s, %s) AS counted"
        " JOIN accounts_user AS u ON u.id = counted.therapist_id",
        _of(span),
        ["uuid", "date", "bigint", "bigint", "text"],
    )
    yield cared_for, held
    names = {therapist: name for therapist, name, _n in cared_for}
    clients_of = {therapist: n for therapist, _name, n in cared_for}
    months: dict[UUID, list[Month]] = defaultdict(list)
    for therapist, month, held_then, missed, name in held.rows:
        months[therapist].append(Month(month, held_then, missed))
        names[therapist] = name
    return [
        Therapist(name, clients_of.get(pk, 0), tuple(months.get(pk, ())))
        for pk, name in sorted(names.items(), key=lambda named: (named[1], named[0]))
    ]


def days_to_first_session(span: Span) -> Loader[dict[date, tuple[int, int]]]:
    """By the month of the request: how many people came to a first session, and the median of the
    days until then."""
    counted = Selected(
        "SELECT * FROM app_count_first_sessions(%s, %s, %s)",
        _of(span),
        ["date", "bigint", "double precision"],
    )
    yield (counted,)
    return {month: (people, round(days)) for month, people, days in counted.rows}


def gaps(weeks: int) -> Loader[Gaps]:
    since = timezone.now() - timedelta(weeks=weeks)
    counted = Selected("SELECT * FROM app_count_gaps(%s)", [since], ["bigint"] * 3)
    nobodys = Counted(Client.objects.without_therapist().order_by())
    yield counted, nobodys
    ((clients, not_measured, without_plan),) = counted.rows
    return Gaps(clients, not_measured, without_plan, nobodys.n)


def _of(span: Span) -> tuple[datetime, datetime, str]:
    return span.starts_at, span.ends_at, timezone.get_current_timezone_name()


def by_month(people: Iterable[Therapist]) -> list[Month]:
    """The sessions of all therapists together, from the first month with one to the last."""
    totals: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for month in (month for one in people for month in one.months):
        totals[month.month][0] += month.held
        totals[month.month][1] += month.missed
    return [Month(month, *totals[month]) for month in _every_month(totals)]


def _every_month(months: Iterable[date]) -> list[date]:
    """These months and those between them, in which nobody came."""
    known = sorted(months)
    every = known[:1]
    while every and every[-1] < known[-1]:
        every.append((every[-1] + timedelta(days=31)).replace(day=1))
    return every


def chart(months: list[Month]) -> charts.Chart | None:
    """Sessions held and missed in each month; None if there are fewer than two months."""
    if len(months) < 2:
        return None
    highest = max(max(month.held, month.missed) for month in months)
    return charts.draw(
        [
            _line(_("held"), [(month.month, month.held) for month in months]),
            _line(_("missed"), [(month.month, month.missed) for month in months]),
        ],
        0,
        max(1, highest),
    )


def _line(label: str, counts: Iterable[tuple[date, int]]) -> charts.Scores:
    dated = [
        charts.Dated(timezone.make_aware(datetime.combine(at, time.min)), Fraction(count), None)
        for at, count in counts
    ]
    return charts.Scores(label, label, None, dated)
