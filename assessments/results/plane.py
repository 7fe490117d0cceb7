"""The picture of the two dimensions, as numbers for a template to draw. Pure, no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.instruments.definition import Instrument
from assessments.scoring.engine import Result, ScaleScore
from assessments.statistics.measurement_error import standard_error

# Viewbox units; the plot is square so that both dimensions look alike.
LEFT, TOP, SIDE = 64, 16, 340
MOST_TICKS = 11
# The radius, in standard errors, of an ellipse that holds 95 % of a two-dimensional error.
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
class Spot:
    """A place passed earlier on the way."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Plane:
    """Places in viewbox units, written out so that no locale changes a decimal point.

    `earlier` and `way` (the points of a line, the last included) are those of a history.
    """

    x: str
    y: str
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    cut_x: str | None
    cut_y: str | None
    ellipse: Ellipse | None
    earlier: tuple[Spot, ...] = ()
    way: str = ""


class Axes:
    """Where scores lie: avoidance to the right, anxiety upwards."""

    def __init__(self, instrument: Instrument) -> None:
        self.low, self.high = instrument.response.min, instrument.response.max

    def share(self, score: Fraction | int) -> Fraction:
        return Fraction(score - self.low) / (self.high - self.low)

    def across(self, score: Fraction | int) -> str:
        return _units(LEFT + SIDE * self.share(score))

    def up(self, score: Fraction | int) -> str:
        return _units(TOP + SIDE * (1 - self.share(score)))

    def spot(self, result: Result) -> Spot | None:
        """None where there are no two scores to show."""
        anxiety, avoidance = result.mean("anxiety"), result.mean("avoidance")
        if anxiety is None or avoidance is None:
            return None
        return Spot(self.across(avoidance), self.up(anxiety))


def draw(instrument: Instrument, result: Result, earlier: Sequence[Result] = ()) -> Plane | None:
    """The last result with those before it, oldest first; None where it has not both scores."""
    axes = Axes(instrument)
    here = axes.spot(result)
    if here is None:
        return None
    spots = tuple(spot for spot in map(axes.spot, earlier) if spot)
    cuts = instrument.cuts
    ticks = list(short_ticks(axes.low, axes.high))
    return Plane(
        x=here.x,
        y=here.y,
        columns=tuple(Tick(axes.across(value), str(value)) for value in ticks),
        rows=tuple(Tick(axes.up(value), str(value)) for value in ticks),
        cut_x=axes.across(cuts.avoidance) if cuts else None,
        cut_y=axes.up(cuts.anxiety) if cuts else None,
        ellipse=_ellipse(instrument, result, SIDE / (axes.high - axes.low)),
        earlier=spots,
        way=" ".join(f"{spot.x},{spot.y}" for spot in (*spots, here)) if spots else "",
    )


def short_ticks(low: int, high: int) -> Iterable[int]:
    """Every answer of a short response scale; of a long one, its ends."""
    return range(low, high + 1) if high - low < MOST_TICKS else (low, high)


def _ellipse(instrument: Instrument, result: Result, unit: float) -> Ellipse | None:
    """The 95 % ellipse; None where a reliability is unknown or an answer is missing."""
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
