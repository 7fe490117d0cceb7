"""Reliable change between two scores, by Jacobson and Truax (1991). Pure, no Django.

Without a known reliability no change is computed; an `Uncomputable` gives the reason.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction
from math import sqrt

from assessments.instruments.definition import Reliability
from assessments.statistics.measurement_error import Z_95, standard_error

# A scale with fewer items seldom shows a reliable change, even after real change: our display rule.
SHORT_SCALE = 6
# Before this, a second attempt may measure memory (a convention of the field).
TOO_EARLY_DAYS = 28


class Uncomputable(Enum):
    """Why no reliable change can be computed."""

    NO_SCORE = "a score is missing"
    MISSING_ITEMS = "items are unanswered"
    OTHER_VERSION = "another version"
    OTHER_LANGUAGE = "another language"
    OTHER_TARGET = "another relationship"
    NO_RELIABILITY = "no reliability is known"
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


def reliable_change(before: Fraction, after: Fraction, reliability: Reliability) -> Change | None:
    """The change with S_diff = SD * sqrt(2) * sqrt(1 - r); None if S_diff is 0."""
    s_diff = standard_error(reliability) * sqrt(2)
    if s_diff == 0:
        return None
    return Change(before, after, reliability, s_diff, float(after - before) / s_diff)
