"""Scores over time as coordinates of a chart, one chart per dimension. Pure, no Django.

Coordinates are in viewbox units, and formatted here so that no locale changes the decimal point.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from assessments.results.plane import Tick, short_ticks
from assessments.statistics.measurement_error import Band

LEFT, RIGHT, TOP, BOTTOM = 40, 392, 14, 186
# Space on both sides, so that no point is drawn on the frame.
INSET = 18
# A band narrower than this is drawn without its label.
LABEL = 12


@dataclass(frozen=True, slots=True)
class Dated:
    """One attempt in a chart; no score if it is missing, no band if the error is not known."""

    at: datetime
    score: Fraction | None
    band: Band | None


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    y: str
    band_top: str | None
    band_height: str | None


@dataclass(frozen=True, slots=True)
class Period:
    """A labelled period to shade behind the scores."""

    label: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Shading:
    """The coordinates of a shaded period; without a label if it is too narrow for one."""

    x: str
    width: str
    middle: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`starts` and `ends` are the times at both ends, None if nothing is drawn."""

    marks: tuple[Mark, ...]
    line: str
    rows: tuple[Tick, ...]
    cut: str | None
    shadings: tuple[Shading, ...]
    starts: datetime | None
    ends: datetime | None


def draw(
    dated: Sequence[Dated],
    lowest: int,
    highest: int,
    cut: Fraction | None,
    periods: Sequence[Period] = (),
) -> Chart:
    """Time runs to the right and scores upwards. An attempt without a score leaves a gap."""
    times = [entry.at for entry in dated]
    starts = min([*times, *(period.since for period in periods)], default=None)
    ends = max([*times, *(period.until for period in periods)], default=None)
    x_of = _time_scale(starts, ends)

    def y_of(score: Fraction | float) -> float:
        return BOTTOM - (BOTTOM - TOP) * float((score - lowest) / (highest - lowest))

    marks = []
    for entry in dated:
        if entry.score is None:
            continue
        x = x_of(entry.at)
        top = height = None
        if entry.band:
            top, bottom = y_of(entry.band.high), y_of(entry.band.low)
            height = bottom - top
        marks.append(Mark(_units(x), _units(y_of(entry.score)), _optional(top), _optional(height)))
    return Chart(
        marks=tuple(marks),
        line=" ".join(f"{mark.x},{mark.y}" for mark in marks),
        rows=tuple(Tick(_units(y_of(value)), str(value)) for value in short_ticks(lowest, highest)),
        cut=None if cut is None else _units(y_of(cut)),
        shadings=tuple(_shading(one, x_of(one.since), x_of(one.until)) for one in periods),
        starts=starts,
        ends=ends,
    )


def _time_scale(starts: datetime | None, ends: datetime | None) -> Callable[[datetime], float]:
    """The x coordinate of a time, in proportion; the middle if there is only one time."""
    first, last = LEFT + INSET, RIGHT - INSET
    total = (ends - starts).total_seconds() if starts and ends else 0
    if not starts or not total:
        return lambda at: (first + last) / 2
    return lambda at: first + (last - first) * (at - starts).total_seconds() / total


def _shading(period: Period, left: float, right: float) -> Shading:
    fits = right - left >= LABEL
    middle = (left + right) / 2
    return Shading(_units(left), _units(right - left), _units(middle), period.label if fits else "")


def _units(number: float) -> str:
    return f"{number:.1f}"


def _optional(number: float | None) -> str | None:
    return None if number is None else _units(number)
