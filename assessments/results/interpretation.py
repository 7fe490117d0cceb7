"""What a result page may say about two scores: near their lines or not, what the answers describe,
and which style may be named, if any. Pure functions that return reasons as values.

The rule of the instrument file names a style for any two scores. A page that people read on their
own is more careful. Every limit here is a display rule of this project, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction

from assessments.instruments.definition import Instrument, Response, Scale
from assessments.results.answer_quality import contradictions
from assessments.scoring.engine import Result, ScaleScore, Style
from assessments.statistics.measurement_error import Z_95, known_error

# If the measurement error is not known, a score within this distance of a cut, both ends included,
# is near it.
NEAR = Fraction(1, 2)


class Level(StrEnum):
    """Where a score lies relative to its cut; for texts, not for scoring."""

    LOW = "low"
    NEAR = "near"
    HIGH = "high"


class Amount(StrEnum):
    """How much of a dimension the answers describe, whatever the cut is."""

    LITTLE = "little"
    LESS = "less"
    MIXED = "mixed"
    MORE = "more"
    MUCH = "much"


class Unnamed(Enum):
    """Why a page names no style."""

    LEFT_OUT = "the practice leaves the names out"
    NO_CUTS = "the instrument has no cuts"
    MISSING = "a score is missing"
    SAME_ANSWER = "every answer is the same"
    CONTRADICTORY = "many opposite items are answered alike"
    BOTH_NEAR = "both scores lie near their cuts"


# They show a way of answering, and nothing about the person.
PATTERNS = (Unnamed.SAME_ANSWER, Unnamed.CONTRADICTORY)


@dataclass(frozen=True, slots=True)
class Position:
    """Where one score lies, by its cut and by the response scale."""

    level: Level
    amount: Amount

    @property
    def side(self) -> Level:
        """Low or high only where the cut and the answers agree, because a practice may set a cut
        far from the middle of the response scale."""
        if self.level is Level.LOW and self.amount in (Amount.LITTLE, Amount.LESS):
            return Level.LOW
        if self.level is Level.HIGH and self.amount in (Amount.MORE, Amount.MUCH):
            return Level.HIGH
        return Level.NEAR

    @property
    def slight(self) -> bool:
        """Whether the score is on one side, but only by a little."""
        return self.side is not Level.NEAR and self.amount in (Amount.LESS, Amount.MORE)


@dataclass(frozen=True, slots=True)
class Naming:
    """The styles that a page may name: the closest one, or the two between which the scores lie.
    None, with the reason, if no name would be right."""

    styles: tuple[Style, ...]
    unnamed: Unnamed | None = None


# The style in each corner of the plane, by (anxiety, avoidance).
CORNERS = {
    (Level.LOW, Level.LOW): Style.SECURE,
    (Level.HIGH, Level.LOW): Style.ANXIOUS,
    (Level.LOW, Level.HIGH): Style.AVOIDANT,
    (Level.HIGH, Level.HIGH): Style.DISORGANIZED,
}


def positions(instrument: Instrument, result: Result) -> dict[str, Position]:
    """By scale id, of each scale that has a cut and a score."""
    by_scale = {}
    for scale, scored in zip(instrument.scales, result.scales, strict=True):
        cut = getattr(instrument.cuts, scale.id, None)
        if cut is not None and scored.mean is not None:
            by_scale[scale.id] = Position(
                level(scored.mean, cut, reach(scale, scored)),
                amount(scored.mean, instrument.response),
            )
    return by_scale


def reach(scale: Scale, scored: ScaleScore) -> Fraction | float:
    """The distance from its cut within which a score is near it: its 95 % error, or NEAR if that
    is not known."""
    error = known_error(scale, scored.unanswered)
    return NEAR if error is None else Z_95 * error


def level(score: Fraction, cut: Fraction, within: Fraction | float) -> Level:
    """Near if the cut is `within` this distance, both ends included; otherwise low or high."""
    if abs(score - cut) <= within:
        return Level.NEAR
    return Level.HIGH if score > cut else Level.LOW


def amount(score: Fraction, response: Response) -> Amount:
    """The outer quarters of the response scale are little and much, the middle sixth is mixed.

    From 1 to 7: up to 2.5, below 3.5, up to 4.5, below 5.5, and the rest.
    """
    share = Fraction(score - response.min) / (response.max - response.min)
    if share <= Fraction(1, 4):
        return Amount.LITTLE
    if share < Fraction(5, 12):
        return Amount.LESS
    if share <= Fraction(7, 12):
        return Amount.MIXED
    return Amount.MORE if share < Fraction(3, 4) else Amount.MUCH


def name_style(
    instrument: Instrument, result: Result, answers: Mapping[str, int], *, allowed: bool = True
) -> Naming:
    """The styles that a page may name for a result and its answers; none if the practice does not
    allow it."""
    scored = any(scale.mean is not None for scale in result.scales)
    if scored and (pattern := pattern_of(instrument, answers)):
        return Naming((), pattern)
    if instrument.cuts is None:
        return Naming((), Unnamed.NO_CUTS)
    if result.style is None:
        return Naming((), Unnamed.MISSING)
    if not allowed:
        return Naming((), Unnamed.LEFT_OUT)
    by_scale = positions(instrument, result)
    anxiety, avoidance = by_scale["anxiety"].level, by_scale["avoidance"].level
    if anxiety is avoidance is Level.NEAR:
        return Naming((), Unnamed.BOTH_NEAR)
    return Naming(
        tuple(
            style
            for (worried, distant), style in CORNERS.items()
            if anxiety in (worried, Level.NEAR) and avoidance in (distant, Level.NEAR)
        )
    )


def pattern_of(instrument: Instrument, answers: Mapping[str, int]) -> Unnamed | None:
    """Why these answers cannot be put into words, because they show a way of answering.

    The same answer throughout is one, except where it may be meant: in a questionnaire of another
    kind, without reversed statements.
    """
    reverses = any(keyed.reverse for scale in instrument.scales for keyed in scale.keyed)
    if all_the_same(answers) and (reverses or instrument.cuts):
        return Unnamed.SAME_ANSWER
    pairs = contradictions(instrument, answers)
    return Unnamed.CONTRADICTORY if pairs and pairs.many else None


def all_the_same(answers: Mapping[str, int]) -> bool:
    """Whether all answers are the same, which is a response pattern and not a style. A single
    answer is not a pattern."""
    return len(answers) > 1 and len(set(answers.values())) == 1
