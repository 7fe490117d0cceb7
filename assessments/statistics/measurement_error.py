"""The precision of a score: error bands and percentiles. Pure, no Django.

Scores are on the response scale. Nothing is assumed: without a known reliability there is no error
band, and without norms no percentile.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from assessments.instruments.definition import Norms, Reliability, Scale

# 95 % of normally distributed errors lie within this many standard errors.
Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class Band:
    """The ends of a 95 % error band, on the response scale."""

    low: float
    high: float


class Beyond(StrEnum):
    """On which side a score lies outside the listed percentiles; nothing more is known of it."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Percentile:
    """`rank` is from 0 to 100; for a score `beyond` the listed percentiles, the nearest of them."""

    rank: float
    beyond: Beyond | None = None


def standard_error(reliability: Reliability) -> float:
    """The standard error of measurement, SD * sqrt(1 - r), on the response scale."""
    return float(reliability.sd) * sqrt(1 - reliability.value)


def known_error(scale: Scale, unanswered: int) -> float | None:
    """The standard error of a score on this scale, of which `unanswered` items have no answer.

    None if it is not known: no reliability was measured, or items are unanswered (the error of a
    shortened scale is another one), or the reliability is said to be 1, which cannot be right
    because no measurement is free of error.
    """
    if scale.reliability is None or unanswered:
        return None
    return standard_error(scale.reliability) or None


def band(score: Fraction, error: float, lowest: int, highest: int) -> Band:
    """The score and 1.96 standard errors to each side, within the response scale."""
    reach = Z_95 * error
    return Band(max(float(lowest), float(score) - reach), min(float(highest), float(score) + reach))


def percentile(score: Fraction, norms: Norms) -> Percentile | None:
    """The percentile by linear interpolation between the listed ones; never from mean and SD.

    If several percentiles share the score, the middle of them. None if no percentiles are listed.
    """
    if not norms.percentiles:
        return None
    ranks = [rank for rank, _ in norms.percentiles]
    scores = [at for _, at in norms.percentiles]
    if score < scores[0]:
        return Percentile(float(ranks[0]), Beyond.BELOW)
    if score > scores[-1]:
        return Percentile(float(ranks[-1]), Beyond.ABOVE)
    first, after = bisect_left(scores, score), bisect_right(scores, score)
    if first < after:
        return Percentile(float((ranks[first] + ranks[after - 1]) / 2))
    share = (score - scores[first - 1]) / (scores[first] - scores[first - 1])
    return Percentile(float(ranks[first - 1] + share * (ranks[first] - ranks[first - 1])))


def variance(values: Sequence[int | Fraction]) -> Fraction:
    """The exact sample variance (n - 1); 0 for fewer than two values."""
    count = len(values)
    if count < 2:
        return Fraction(0)
    squares = sum(Fraction(value) * value for value in values)
    return (squares - Fraction(sum(values)) ** 2 / count) / (count - 1)
