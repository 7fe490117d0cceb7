"""Reliable change between two scores, by Jacobson and Truax (1991). Pure, no Django.

A change is called reliable only by a retest reliability. One from a single sitting, such as alpha,
leaves out how scores vary from day to day, so its error is a lower bound. Without either nothing is
computed; an `Uncomputable` gives the reason.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction
from math import sqrt

from assessments.instruments.definition import Reliability, Response, Scale
from assessments.statistics.measurement_error import Z_95, standard_error

# A scale with fewer items seldom shows a reliable change, even after real change: our display rule.
SHORT_SCALE = 6
# Before this, a second attempt may measure memory (a convention of the field).
TOO_EARLY_DAYS = 28
# What instrument files call a reliability over time.
RETEST = "retest"


class Uncomputable(Enum):
    """Why no reliable change can be computed."""

    NO_SCORE = "a score is missing"
    MISSING_ITEMS = "items are unanswered"
    OTHER_VERSION = "another version"
    OTHER_LANGUAGE = "another language"
    OTHER_TARGET = "another relationship"
    NO_RELIABILITY = "no reliability is known"
    NO_RETEST = "only the reliability of one sitting is known"
    NO_ERROR = "a reliability of 1 leaves no error"


class Direction(StrEnum):
    """The direction of a change: "lower" and "higher", never "better" and "worse"."""

    LOWER = "lower"
    HIGHER = "higher"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """A change by Jacobson and Truax (1991): `index` is (after - before) / `s_diff`."""

    before: Fraction
    after: Fraction
    reliability: Reliability
    s_diff: float
    index: float

    @property
    def difference(self) -> Fraction:
        return self.after - self.before

    @property
    def needed(self) -> float:
        """The difference, on the response scale, beyond which a change is reliable."""
        return Z_95 * self.s_diff

    @property
    def reliable(self) -> bool:
        return abs(self.index) > Z_95

    @property
    def direction(self) -> Direction:
        if self.difference > 0:
            return Direction.HIGHER
        return Direction.LOWER if self.difference < 0 else Direction.SAME


def retest_of(scale: Scale) -> Reliability | None:
    """The reliability over time: the one added for it, or the file's own if it is of that kind."""
    filed = scale.reliability
    return scale.retest or (filed if filed and filed.kind == RETEST else None)


def may_be_regression(before: Fraction, after: Fraction, scale: Scale, response: Response) -> bool:
    """Whether a difference may be regression to the mean: the earlier score was extreme, and the
    later one lies towards the middle from it.

    Extreme is one SD or more from the mean of the norm sample, or, without norms, in an outer
    quarter of the response scale: our display rule.
    """
    middle, far = Fraction(response.min + response.max, 2), Fraction(response.max - response.min, 4)
    if scale.norms and scale.norms.mean is not None and scale.norms.sd is not None:
        middle, far = scale.norms.mean, scale.norms.sd
    return abs(before - middle) >= far and (after - before) * (before - middle) < 0


def reliable_change(before: Fraction, after: Fraction, reliability: Reliability) -> Change | None:
    """The change with S_diff = SD * sqrt(2) * sqrt(1 - r); None if S_diff is 0."""
    s_diff = standard_error(reliability) * sqrt(2)
    if s_diff == 0:
        return None
    return Change(before, after, reliability, s_diff, float(after - before) / s_diff)
