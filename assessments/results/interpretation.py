"""Which style a result page may name, if any; pure functions that return reasons as values.

The rule of the instrument file names a style for any two scores. A page that people read on their
own is more careful. Every limit here is a display rule of this project, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction

from assessments.instruments.definition import Cuts, Instrument
from assessments.scoring.engine import Result, Style
from assessments.statistics import measurement_error

# If the measurement error is not known, a score within this distance of a cut, both ends included,
# is "near the middle".
NEAR = Fraction(1, 2)


class Level(StrEnum):
    """Where a score lies relative to its cut; for texts, not for scoring."""

    LOW = "low"
    NEAR = "near"
    HIGH = "high"


class Unnamed(Enum):
    """Why a page names no style."""

    NO_CUTS = "the instrument has no cuts"
    MISSING = "a score is missing"
    SAME_ANSWER = "every answer is the same"
    BOTH_NEAR = "both scores lie near their cuts"


@dataclass(frozen=True, slots=True)
class Naming:
    """The style that a page may name, or the reason why it names none; `near` lists the dimensions
    whose side of the cut is uncertain."""

    style: Style | None
    unnamed: Unnamed | None
    near: tuple[str, ...] = ()


def name_style(instrument: Instrument, result: Result, answers: Mapping[str, int]) -> Naming:
    """The style that a page may name for a result and its answers."""
    if instrument.cuts is None:
        return Naming(None, Unnamed.NO_CUTS)
    near = uncertain(instrument, instrument.cuts, result)
    if result.style is None:
        return Naming(None, Unnamed.MISSING, near)
    if all_the_same(answers):
        return Naming(None, Unnamed.SAME_ANSWER, near)
    if len(near_cuts(instrument.cuts, result)) == 2:
        return Naming(None, Unnamed.BOTH_NEAR, near)
    return Naming(result.style, None, near)


def near_cuts(cuts: Cuts, result: Result) -> tuple[str, ...]:
    """The dimensions whose score lies within NEAR of its cut."""
    levels = {
        "anxiety": level(result.mean("anxiety"), cuts.anxiety),
        "avoidance": level(result.mean("avoidance"), cuts.avoidance),
    }
    return tuple(dimension for dimension, where in levels.items() if where is Level.NEAR)


def uncertain(instrument: Instrument, cuts: Cuts, result: Result) -> tuple[str, ...]:
    """The dimensions whose cut lies within the score's 95 % error, or within NEAR if the error is
    not known."""
    dimensions = []
    for scale, scored in zip(instrument.scales, result.scales, strict=True):
        cut = getattr(cuts, scale.id, None)
        if cut is None or scored.mean is None:
            continue
        reach: float | Fraction = NEAR
        if scale.reliability and not scored.unanswered:
            reach = measurement_error.Z_95 * measurement_error.standard_error(scale.reliability)
        if abs(scored.mean - cut) <= reach:
            dimensions.append(scale.id)
    return tuple(dimensions)


def level(score: Fraction | None, cut: Fraction) -> Level | None:
    """Low, near or high relative to a cut; None for a missing score."""
    if score is None:
        return None
    if abs(score - cut) <= NEAR:
        return Level.NEAR
    return Level.HIGH if score > cut else Level.LOW


def all_the_same(answers: Mapping[str, int]) -> bool:
    """Whether all answers are the same, which is a response pattern and not a style. A single
    answer is not a pattern."""
    return len(answers) > 1 and len(set(answers.values())) == 1
