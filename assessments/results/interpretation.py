"""How carefully a page may speak of a result: pure functions that give reasons as values.

The files' rule names a style for any two scores. A page that a person reads alone is more
careful; every limit here is a display rule of this project and is called so on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction

from assessments.instruments.definition import Cuts, Instrument
from assessments.scoring.engine import Result, Style
from assessments.statistics import measurement_error

# With no known error of measurement, this far from a cut is "near the middle", both ends included.
NEAR = Fraction(1, 2)


class Level(StrEnum):
    """Where a score lies by its cut, for words rather than for scoring."""

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
    """The style a page may name, or why it names none; `near` lists dimensions near their cut."""

    style: Style | None
    unnamed: Unnamed | None
    near: tuple[str, ...] = ()


def name_style(instrument: Instrument, result: Result, answers: Mapping[str, int]) -> Naming:
    """The style as a page may say it, of a result and the answers it came from."""
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
    """The dimensions whose cut lies within the score's 95 % error; NEAR where none is known."""
    found = []
    for scale, scored in zip(instrument.scales, result.scales, strict=True):
        cut = getattr(cuts, scale.id, None)
        if cut is None or scored.mean is None:
            continue
        reach: float | Fraction = NEAR
        if scale.reliability and not scored.unanswered:
            reach = measurement_error.Z_95 * measurement_error.standard_error(scale.reliability)
        if abs(scored.mean - cut) <= reach:
            found.append(scale.id)
    return tuple(found)


def level(score: Fraction | None, cut: Fraction) -> Level | None:
    """Low, near or high against a cut; None for a missing score."""
    if score is None:
        return None
    if abs(score - cut) <= NEAR:
        return Level.NEAR
    return Level.HIGH if score > cut else Level.LOW


def all_the_same(answers: Mapping[str, int]) -> bool:
    """One value throughout is a pattern of answering, not a style. One answer is no pattern."""
    return len(answers) > 1 and len(set(answers.values())) == 1
