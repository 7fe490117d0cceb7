"""The plane of the two dimensions as coordinates for a template. Pure, no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.instruments.definition import Instrument
from assessments.scoring.engine import Result, ScaleScore
from assessments.statistics.measurement_error import standard_error

# In viewbox units. The plot is square, so that both dimensions have the same scale.
LEFT, TOP, SIDE = 64, 16, 340
MAX_TICKS = 11
# The radius, in standard errors, of an ellipse that contains 95 % of a bivariate normal error.
ELLIPSE_95 = 2.4477


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Ellipse:
    rx: str
    ry: str


@dataclass(frozen=True, slots=True)
class Point:
    """A result on the plane."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Plane:
    """Coordinates in viewbox units, formatted here so that no locale changes the decimal point.

    `x` and `y` are those of the latest result. In a history, `earlier` holds the results before it
    and `line` the points of the line that joins all of them.
    """

    x: str
    y: str
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    cut_x: str | None
    cut_y: str | None
    ellipse: Ellipse | None
    earlier: tuple[Point, ...] = ()
    line: str = ""


class Axes:
    """Converts scores to coordinates: avoidance runs to the right, anxiety upwards."""

    def __init__(self, instrument: Instrument) -> None:
        self.low, self.high = instrument.response.min, instrument.response.max

    def fraction(self, score: Fraction | int) -> Fraction:
        """How far along the response scale, from 0 to 1."""
        return Fraction(score - self.low) / (self.high - self.low)

    def x(self, score: Fraction | int) -> str:
        return _units(LEFT + SIDE * self.fraction(score))

    def y(self, score: Fraction | int) -> str:
        return _units(TOP + SIDE * (1 - self.fraction(score)))

    def point(self, result: Result) -> Point | None:
        """None if either score is missing."""
        anxiety, avoidance = result.mean("anxiety"), result.mean("avoidance")
        if anxiety is None or avoidance is None:
            return None
        return Point(self.x(avoidance), self.y(anxiety))


def draw(instrument: Instrument, result: Result, earlier: Sequence[Result] = ()) -> Plane | None:
    """The plane of a result and of the `earlier` ones, oldest first; None if a score of `result` is
    missing."""
    axes = Axes(instrument)
    latest = axes.point(result)
    if latest is None:
        return None
    before = tuple(point for point in map(axes.point, earlier) if point)
    cuts = instrument.cuts
    ticks = list(short_ticks(axes.low, axes.high))
    return Plane(
        x=latest.x,
        y=latest.y,
        columns=tuple(Tick(axes.x(value), str(value)) for value in ticks),
        rows=tuple(Tick(axes.y(value), str(value)) for value in ticks),
        cut_x=axes.x(cuts.avoidance) if cuts else None,
        cut_y=axes.y(cuts.anxiety) if cuts else None,
        ellipse=_ellipse(instrument, result, SIDE / (axes.high - axes.low)),
        earlier=before,
        line=" ".join(f"{point.x},{point.y}" for point in (*before, latest)) if before else "",
    )


def short_ticks(low: int, high: int) -> Iterable[int]:
    """Every answer of a short response scale; only the two ends of a long one."""
    return range(low, high + 1) if high - low < MAX_TICKS else (low, high)


def _ellipse(instrument: Instrument, result: Result, unit: float) -> Ellipse | None:
    """The 95 % error ellipse; None if a reliability is not known or an answer is missing."""
    errors = {}
    for scale, scored in zip(instrument.scales, result.scales, strict=True):
        if scale.reliability and scale.reliability.value < 1 and not _incomplete(scored):
            errors[scale.id] = standard_error(scale.reliability)
    if not {"anxiety", "avoidance"} <= errors.keys():
        return None
    radii = (errors[name] * ELLIPSE_95 * unit for name in ("avoidance", "anxiety"))
    return Ellipse(*map(_units, radii))


def _incomplete(scored: ScaleScore) -> bool:
    return scored.unanswered > 0


def _units(number: Fraction | float) -> str:
    return f"{float(number):.1f}"
