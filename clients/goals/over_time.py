"""The ratings of one goal over time: where it stands since when, and its chart. Pure, no Django."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from fractions import Fraction

from assessments.results import charts

# Every how many numbers of the line are written beside a chart.
EVERY = 5


@dataclass(frozen=True, slots=True)
class Rated:
    """What the client said on one day; None if it cannot be decrypted."""

    on: date
    value: int | None


@dataclass(frozen=True, slots=True)
class Direction:
    """The first and the last rating of the same words, with their days; equal if there is one."""

    first: int
    since: date
    last: int
    on: date

    @property
    def once(self) -> bool:
        return self.since == self.on


def direction(rated: Sequence[Rated]) -> Direction | None:
    """`rated` are of one wording, oldest first. None if nothing is known."""
    known = [(one.value, one.on) for one in rated if one.value is not None]
    if not known:
        return None
    (first, since), (last, on) = known[0], known[-1]
    return Direction(first, since, last, on)


def within(rated: Sequence[Rated], since: date | None, until: date | None) -> tuple[Rated, ...]:
    """Those of the days from `since` to the end of `until`; None leaves an end open."""
    return tuple(
        one for one in rated if (not since or one.on >= since) and (not until or one.on <= until)
    )


def draw(
    wordings: Sequence[Sequence[Rated]],
    days: tuple[date, date],
    lowest: int,
    highest: int,
    zone: tzinfo,
) -> charts.Chart | None:
    """The chart of one goal, from the first of `days` to the second, which are the same for all the
    goals of a page. The ratings of each wording have a line of their own, those of the present
    words (`wordings[0]`) the first. None with fewer than two days in all."""
    if len({one.on for rated in wordings for one in rated if one.value is not None}) < 2:
        return None

    def noon(day: date) -> datetime:
        return datetime.combine(day, time(12), zone)

    whole = charts.Period("", noon(days[0]), noon(days[1]))
    series = [
        charts.Scores("", "", None, [
            charts.Dated(noon(one.on), Fraction(one.value), None)
            for one in rated if one.value is not None
        ])
        for rated in wordings
    ]  # fmt: skip
    chart = charts.draw(series, lowest, highest, [whole])
    return replace(chart, rows=chart.rows[::EVERY], shadings=())


def span(rated: Sequence[Rated]) -> tuple[date, date] | None:
    """The first and the last day on which anything was rated."""
    days = [one.on for one in rated]
    return (min(days), max(days)) if days else None
