"""The picture of the two dimensions, as numbers for a template to draw. Pure, no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from assessments.instrument import Instrument
from assessments.measurement import standard_error
from assessments.scoring import Result, ScaleScore

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
class Plane:
    """Places in viewbox units, written out so that no locale changes a decimal point."""

    x: str
    y: str
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    cut_x: str | None
    cut_y: str | None
    ellipse: Ellipse | None


def draw(instrument: Instrument, result: Result) -> Plane | None:
    """Avoidance to the right, anxiety upwards; None where there are no two scores to show."""
    anxiety, avoidance = result.mean("anxiety"), result.mean("avoidance")
    if anxiety is None or avoidance is None:
        return None
    low, high = instrument.response.min, instrument.response.max

    def share(score: Fraction | int) -> Fraction:
        return Fraction(score - low) / (high - low)

    def across(score: Fraction | int) -> str:
        return _units(LEFT + SIDE * share(score))

    def up(score: Fraction | int) -> str:
        return _units(TOP + SIDE * (1 - share(score)))

    cuts = instrument.cuts
    ticks = list(_ticks(low, high))
    return Plane(
        x=across(avoidance),
        y=up(anxiety),
        columns=tuple(Tick(across(value), str(value)) for value in ticks),
        rows=tuple(Tick(up(value), str(value)) for value in ticks),
        cut_x=across(cuts.avoidance) if cuts else None,
        cut_y=up(cuts.anxiety) if cuts else None,
        ellipse=_ellipse(instrument, result, SIDE / (high - low)),
    )


def _ticks(low: int, high: int) -> Iterable[int]:
    """Every answer of a short response scale; of a long one, its ends."""
    return range(low, high + 1) if high - low < MOST_TICKS else (low, high)


def _ellipse(instrument: Instrument, result: Result, unit: float) -> Ellipse | None:
    """The 95 % ellipse; None where a reliability is unknown or an answer is missing."""
    errors = {}
    for scale, scored in zip(instrument.scales, result.scales, strict=True):
        if scale.reliability and not _incomplete(scored):
            errors[scale.id] = standard_error(scale.reliability)
    if not {"anxiety", "avoidance"} <= errors.keys():
        return None
    radii = (errors[name] * ELLIPSE_95 * unit for name in ("avoidance", "anxiety"))
    return Ellipse(*map(_units, radii))


def _incomplete(scored: ScaleScore) -> bool:
    return scored.unanswered > 0


def _units(number: Fraction | float) -> str:
    return f"{float(number):.1f}"
