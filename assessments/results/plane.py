"""The plane of the two dimensions as coordinates for a template. Pure, no Django.

Coordinates are percentages of a square plot, so that the template draws it without a viewbox and
its text keeps its size at every width. They are formatted here so that no locale changes the
decimal point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from assessments.instruments.definition import Instrument
from assessments.scoring.engine import Result
from assessments.statistics.measurement_error import known_error

# The plot is square, so that both dimensions have the same scale.
SIDE = 100
# A point higher than this has its label below it; one further right has it on its left.
LABEL_HEIGHT, LABEL_WIDTH = 14, 34
# The radius, in standard errors, of an ellipse that contains 95 % of a bivariate normal error.
ELLIPSE_95 = 2.4477


@dataclass(frozen=True, slots=True)
class Ellipse:
    rx: str
    ry: str


class Positioned(Protocol):
    @property
    def x(self) -> str: ...
    @property
    def y(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Point:
    """A result on the plane."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight line from one point to the next."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Plane:
    """`x` and `y` are those of the latest result; `label_left` and `label_below` say on which side
    of its point there is space for a label; `named` says whether the corners have the names of the
    styles. In a history, `earlier` holds the results before it,
    and `segments` join all of them.
    """

    x: str
    y: str
    # The titles of the two dimensions.
    across: str
    upwards: str
    lowest: int
    highest: int
    cut_x: str | None
    cut_y: str | None
    ellipse: Ellipse | None
    label_left: bool
    label_below: bool
    named: bool
    earlier: tuple[Point, ...] = ()
    segments: tuple[Segment, ...] = ()


class Axes:
    """Converts scores to coordinates: avoidance runs to the right, anxiety upwards."""

    def __init__(self, instrument: Instrument) -> None:
        self.low, self.high = instrument.response.min, instrument.response.max

    def fraction(self, score: Fraction | int) -> Fraction:
        """How far along the response scale, from 0 to 1."""
        return Fraction(score - self.low) / (self.high - self.low)

    def x(self, score: Fraction | int) -> str:
        return percent(SIDE * self.fraction(score))

    def y(self, score: Fraction | int) -> str:
        return percent(SIDE * (1 - self.fraction(score)))

    def point(self, result: Result) -> Point | None:
        """None if either score is missing."""
        anxiety, avoidance = result.mean("anxiety"), result.mean("avoidance")
        if anxiety is None or avoidance is None:
            return None
        return Point(self.x(avoidance), self.y(anxiety))


def draw(
    instrument: Instrument, result: Result, earlier: Sequence[Result] = (), *, named: bool = True
) -> Plane | None:
    """The plane of a result and of the `earlier` ones, oldest first; None if a score of `result` is
    missing."""
    axes = Axes(instrument)
    latest = axes.point(result)
    if latest is None:
        return None
    before = tuple(point for point in map(axes.point, earlier) if point)
    cuts = instrument.cuts
    titles = {scale.id: scale.title for scale in instrument.scales}
    return Plane(
        x=latest.x,
        y=latest.y,
        across=titles["avoidance"],
        upwards=titles["anxiety"],
        lowest=axes.low,
        highest=axes.high,
        cut_x=axes.x(cuts.avoidance) if cuts else None,
        cut_y=axes.y(cuts.anxiety) if cuts else None,
        ellipse=_ellipse(instrument, result, SIDE / (axes.high - axes.low)),
        label_left=float(latest.x) > SIDE - LABEL_WIDTH,
        label_below=_label_below(latest, before),
        named=named and cuts is not None,
        earlier=before,
        segments=joined([*before, latest]),
    )


def joined(points: Sequence[Positioned]) -> tuple[Segment, ...]:
    """The lines from each point to the next; none for a single point."""
    return tuple(Segment(one.x, one.y, two.x, two.y) for one, two in pairwise(points))


def _label_below(latest: Point, before: Sequence[Point]) -> bool:
    """Away from the result before, as far as there is space."""
    height = float(latest.y)
    if height < LABEL_HEIGHT or height > SIDE - LABEL_HEIGHT:
        return height < LABEL_HEIGHT
    return bool(before) and float(before[-1].y) < height


def _ellipse(instrument: Instrument, result: Result, unit: float) -> Ellipse | None:
    """The 95 % error ellipse; None if a reliability is not known or an answer is missing."""
    errors = {
        scale.id: known_error(scale, scored.unanswered)
        for scale, scored in zip(instrument.scales, result.scales, strict=True)
    }
    across, up = errors.get("avoidance"), errors.get("anxiety")
    if across is None or up is None:
        return None
    return Ellipse(percent(across * ELLIPSE_95 * unit), percent(up * ELLIPSE_95 * unit))


def percent(number: Fraction | float) -> str:
    return f"{float(number):.2f}"
