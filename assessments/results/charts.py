"""Scores over time as places in a picture, one chart a dimension. Pure, no Django.

Places are in viewbox units, written out so that no locale changes a decimal point.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from assessments.results.plane import Tick, short_ticks
from assessments.statistics.measurement_error import Band

LEFT, RIGHT, TOP, BOTTOM = 40, 392, 14, 186
# Room at both sides, so that no point stands on the frame.
INSET = 18
# A band narrower than this has no room for its label.
LABEL = 12


@dataclass(frozen=True, slots=True)
class Dated:
    """What a chart is drawn from; no score where it is missing, no band where none is known."""

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
class Stretch:
    """A time to mark behind the scores, with what it is called."""

    label: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """A stretch as a band; no label where it is too narrow for one."""

    x: str
    width: str
    middle: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`starts` and `ends`: the moments at both ends, None where nothing is drawn."""

    marks: tuple[Mark, ...]
    line: str
    rows: tuple[Tick, ...]
    cut: str | None
    grounds: tuple[Ground, ...]
    starts: datetime | None
    ends: datetime | None


def draw(
    dated: Sequence[Dated],
    lowest: int,
    highest: int,
    cut: Fraction | None,
    stretches: Sequence[Stretch] = (),
) -> Chart:
    """Time to the right, the score upwards; an attempt without a score leaves a gap."""
    times = [entry.at for entry in dated]
    starts = min([*times, *(one.since for one in stretches)], default=None)
    ends = max([*times, *(one.until for one in stretches)], default=None)
    right = _right(starts, ends)

    def up(score: Fraction | float) -> float:
        return BOTTOM - (BOTTOM - TOP) * float((score - lowest) / (highest - lowest))

    marks = []
    for entry in dated:
        if entry.score is None:
            continue
        x = right(entry.at)
        top = height = None
        if entry.band:
            top, bottom = up(entry.band.high), up(entry.band.low)
            height = bottom - top
        marks.append(Mark(_units(x), _units(up(entry.score)), _maybe(top), _maybe(height)))
    return Chart(
        marks=tuple(marks),
        line=" ".join(f"{mark.x},{mark.y}" for mark in marks),
        rows=tuple(Tick(_units(up(value)), str(value)) for value in short_ticks(lowest, highest)),
        cut=None if cut is None else _units(up(cut)),
        grounds=tuple(_ground(one, right(one.since), right(one.until)) for one in stretches),
        starts=starts,
        ends=ends,
    )


def _right(starts: datetime | None, ends: datetime | None) -> Callable[[datetime], float]:
    """Across, in proportion to time; one moment alone stands in the middle."""
    first, last = LEFT + INSET, RIGHT - INSET
    whole = (ends - starts).total_seconds() if starts and ends else 0
    if not starts or not whole:
        return lambda at: (first + last) / 2
    return lambda at: first + (last - first) * (at - starts).total_seconds() / whole


def _ground(stretch: Stretch, left: float, right: float) -> Ground:
    wide = right - left >= LABEL
    middle = (left + right) / 2
    return Ground(_units(left), _units(right - left), _units(middle), stretch.label if wide else "")


def _units(number: float) -> str:
    return f"{number:.1f}"


def _maybe(number: float | None) -> str | None:
    return None if number is None else _units(number)
