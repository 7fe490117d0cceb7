"""Scores over time as places in a picture, one chart a dimension. Pure, no Django.

Places are in viewbox units, written out so that no locale changes a decimal point.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from assessments.measurement import Band
from assessments.plane import Tick, short_ticks

LEFT, RIGHT, TOP, BOTTOM = 40, 392, 14, 186
# Room at both sides, so that no point stands on the frame.
INSET = 18


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
class Chart:
    marks: tuple[Mark, ...]
    line: str
    rows: tuple[Tick, ...]
    cut: str | None


def draw(dated: Sequence[Dated], lowest: int, highest: int, cut: Fraction | None) -> Chart:
    """Time to the right, the score upwards; an attempt without a score leaves a gap."""

    def up(score: Fraction | float) -> float:
        return BOTTOM - (BOTTOM - TOP) * float((score - lowest) / (highest - lowest))

    marks = []
    for x, entry in zip(_places([entry.at for entry in dated]), dated, strict=True):
        if entry.score is None:
            continue
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
    )


def _places(times: Sequence[datetime]) -> Iterable[float]:
    """Across, in proportion to time; one attempt alone stands in the middle."""
    first, last = LEFT + INSET, RIGHT - INSET
    whole = (times[-1] - times[0]).total_seconds() if times else 0
    if not whole:
        return [(first + last) / 2 for _ in times]
    return [first + (last - first) * (at - times[0]).total_seconds() / whole for at in times]


def _units(number: float) -> str:
    return f"{number:.1f}"


def _maybe(number: float | None) -> str | None:
    return None if number is None else _units(number)
