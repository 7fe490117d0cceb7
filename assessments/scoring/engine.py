"""The scoring engine: an instrument and answers in, scores out. Pure, no Django, no clock.

A scale's score is the mean of its answered items, reverse-keyed ones as min + max - answer. It is
missing if more than `max_missing` items are unanswered. Arithmetic is exact: sums are integers and
cuts are fractions, so that rounding never moves a person across a cut.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from assessments.instruments.definition import Cuts, Instrument, Scale

# Raise this whenever the same answers would give a different result. Stored results keep the
# version that scored them.
ENGINE_VERSION = "1"


class Style(StrEnum):
    """The four styles, as instrument files name them."""

    SECURE = "secure"
    ANXIOUS = "anxious"
    AVOIDANT = "avoidant"
    DISORGANIZED = "disorganized"


class AnswerFault(ValueError):
    """An answer that the instrument does not accept: an unknown item, or a value off the scale."""


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The outcome of one scale: `total` is the sum of its `answered` items after reversing."""

    scale_id: str
    total: int
    answered: int
    items: int
    max_missing: int

    @property
    def unanswered(self) -> int:
        return self.items - self.answered

    @property
    def mean(self) -> Fraction | None:
        """The exact score on the response scale; None if too many items are unanswered."""
        if self.unanswered > self.max_missing:
            return None
        return Fraction(self.total, self.answered)


@dataclass(frozen=True, slots=True)
class Result:
    """The scores in the instrument's order, and the style by the cuts of the instrument."""

    scales: tuple[ScaleScore, ...]
    style: Style | None

    def mean(self, scale_id: str) -> Fraction | None:
        """The score of a scale; None if it is missing or the instrument has no such scale."""
        return next((s.mean for s in self.scales if s.scale_id == scale_id), None)


def score(instrument: Instrument, answers: Mapping[str, int]) -> Result:
    """Scores one person's answers by item id; an absent item is unanswered.

    Raises AnswerFault for an unknown item or a value that is not an integer on the scale.
    """
    check_answers(instrument, answers)
    ends = instrument.response.min + instrument.response.max
    return result_of(
        instrument, [_scale_score(scale, answers, ends) for scale in instrument.scales]
    )


def check_answers(instrument: Instrument, answers: Mapping[str, int]) -> None:
    """Raises AnswerFault for an unknown item or a value that is not an integer on the scale."""
    known = set(instrument.item_ids)
    low, high = instrument.response.min, instrument.response.max
    for item_id, value in answers.items():
        if item_id not in known:
            raise AnswerFault(f"there is no item {item_id!r}")
        if type(value) is not int or not low <= value <= high:
            raise AnswerFault(f"the answer to {item_id} must be an integer from {low} to {high}")


def result_of(instrument: Instrument, scales: Sequence[ScaleScore]) -> Result:
    """The result of these scale scores, with the style if it can be determined."""
    means = {scale.scale_id: scale.mean for scale in scales}
    return Result(tuple(scales), style_of(instrument.cuts, means))


def style_of(cuts: Cuts | None, means: Mapping[str, Fraction | None]) -> Style | None:
    """The style by the cuts: a score at or above its cut is high. None without cuts or if a score
    is missing."""
    anxiety, avoidance = means.get("anxiety"), means.get("avoidance")
    if cuts is None or anxiety is None or avoidance is None:
        return None
    if anxiety >= cuts.anxiety:
        return Style.DISORGANIZED if avoidance >= cuts.avoidance else Style.ANXIOUS
    return Style.AVOIDANT if avoidance >= cuts.avoidance else Style.SECURE


def _scale_score(scale: Scale, answers: Mapping[str, int], ends: int) -> ScaleScore:
    scored = [
        ends - answers[keyed.item] if keyed.reverse else answers[keyed.item]
        for keyed in scale.keyed
        if keyed.item in answers
    ]
    return ScaleScore(scale.id, sum(scored), len(scored), len(scale.keyed), scale.max_missing)
