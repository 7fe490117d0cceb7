"""How a version measures in a group of people: statistics without names. Pure, no Django.

They are computed from totals over whole batches of people (`totals`), and are rounded here, so that
no page can show more of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from assessments.instruments.definition import Instrument, Scale
from assessments.statistics import intervals, measurement_error
from assessments.statistics.intervals import Interval
from assessments.statistics.totals import ScaleTotals, Totals

MIN_PEOPLE = 30
# The quartiles of fewer people, and the tails of fewer than three times as many, hardly hold still.
MIN_PEOPLE_FOR_NORMS = 100
MIN_PEOPLE_FOR_TAILS = 300
QUARTILES = (25, 50, 75)
TAILS = (5, 10, 90, 95)
# A bar is half an answer wide; a long response scale has wider bars, at most this many.
MAX_BARS = 14
SHARE_STEP = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """Scores from `low` up to but not including `high` (the last bar includes it).

    `share` is the percentage of people, rounded to a multiple of 5; `some` is true if there is
    anyone, so also if the share rounds to 0.
    """

    low: float
    high: float
    share: int
    some: bool


@dataclass(frozen=True, slots=True)
class Percentile:
    """The score below which `percent` of the people lie, and its 95 % interval."""

    percent: int
    score: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class ScaleStatistics:
    """Scores have one decimal, alpha has two; intervals are at 95 %. `item_rest` has each item's
    correlation with the rest of the scale. `percentiles` are empty below 100 people, and where
    these people cannot be norms."""

    scale: Scale
    people: int
    mean: float
    mean_interval: Interval
    sd: float
    bars: tuple[Bar, ...]
    alpha: float | None
    alpha_interval: Interval | None
    item_rest: tuple[tuple[str, float | None], ...]
    percentiles: tuple[Percentile, ...]

    @property
    def largest_share(self) -> int:
        """The share of the longest bar, for drawing."""
        return max(bar.share for bar in self.bars)


def statistics(instrument: Instrument, totals: Totals) -> tuple[ScaleStatistics, ...]:
    """One entry per scale, in the instrument's order; none of fewer than 30 people."""
    return tuple(
        _of_scale(instrument, scale, totals[scale.id])
        for scale in instrument.scales
        if scale.id in totals and totals[scale.id].people >= MIN_PEOPLE
    )


def may_have_norms(instrument: Instrument) -> bool:
    """Whether the people of a practice can be norms: not if each thought of another relationship,
    since a score about one is not compared with scores about others."""
    return not instrument.targets


def own_norms(instrument: Instrument, totals: Totals) -> dict[str, dict[str, object]]:
    """Norms of these people by scale id, in the format of the instrument file; only from 100 people
    on."""
    return {
        entry.scale.id: {
            "n": entry.people,
            "mean": entry.mean,
            "sd": entry.sd,
            "percentiles": {str(one.percent): one.score for one in entry.percentiles},
        }
        for entry in statistics(instrument, totals)
        if entry.percentiles
    }


def quantile(ordered: Sequence[Fraction], percent: int) -> Fraction:
    """A quantile by linear interpolation between the two nearest of the ordered scores."""
    position = Fraction(percent, 100) * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _of_scale(instrument: Instrument, scale: Scale, totals: ScaleTotals) -> ScaleStatistics:
    scores, people = totals.scores(), totals.people
    mean, sd = _mean(scores), sqrt(measurement_error.variance(scores))
    alpha = alpha_of(totals)
    return ScaleStatistics(
        scale=scale,
        people=people,
        mean=round(mean, 1),
        mean_interval=_rounded(intervals.mean_interval(mean, sd, people), 1),
        sd=round(sd, 1),
        bars=_bars(instrument, scores),
        alpha=None if alpha is None else round(alpha, 2),
        alpha_interval=None
        if alpha is None
        else _rounded(intervals.alpha_interval(alpha, len(totals.items), people), 2),
        item_rest=tuple(
            (keyed.item, None if r is None else round(r, 1))
            for keyed, r in zip(scale.keyed, item_rest(totals), strict=True)
        ),
        percentiles=_percentiles(scores) if may_have_norms(instrument) else (),
    )


def alpha_of(totals: ScaleTotals) -> float | None:
    """Cronbach's alpha; None for a single item, or if all people have the same score."""
    items, people = len(totals.items), totals.people
    whole = _variance(*_sum_and_squares(totals), people)
    if items < 2 or not whole:
        return None
    parts = sum(_variance(item.answers, item.squares, people) for item in totals.items)
    return float(Fraction(items, items - 1) * (1 - parts / whole))


def item_rest(totals: ScaleTotals) -> list[float | None]:
    """Each item's correlation with the sum of the other items; None if either is the same for
    everyone."""
    people = totals.people
    total, squares = _sum_and_squares(totals)
    whole = _variance(total, squares, people)
    correlations: list[float | None] = []
    for item in totals.items:
        own = _variance(item.answers, item.squares, people)
        together = (item.products - Fraction(item.answers * total, people)) / (people - 1)
        spread = own * (whole + own - 2 * together)
        correlations.append(float(together - own) / sqrt(spread) if spread else None)
    return correlations


def _sum_and_squares(totals: ScaleTotals) -> tuple[int, int]:
    """Of every person's sum over the scale."""
    return (
        sum(value * people for value, people in totals.sums),
        sum(value * value * people for value, people in totals.sums),
    )


def _variance(total: int, squares: int, people: int) -> Fraction:
    """The exact sample variance (n - 1)."""
    return (squares - Fraction(total * total, people)) / (people - 1)


def _percentiles(scores: Sequence[Fraction]) -> tuple[Percentile, ...]:
    if len(scores) < MIN_PEOPLE_FOR_NORMS:
        return ()
    listed = (*QUARTILES, *TAILS) if len(scores) >= MIN_PEOPLE_FOR_TAILS else QUARTILES
    return tuple(
        Percentile(
            percent,
            round(float(quantile(scores, percent)), 1),
            _rounded(intervals.quantile_interval(scores, percent), 1),
        )
        for percent in sorted(listed)
    )


def _bars(instrument: Instrument, scores: Sequence[Fraction]) -> tuple[Bar, ...]:
    low, high = instrument.response.min, instrument.response.max
    count = min(MAX_BARS, (high - low) * 2)
    width = Fraction(high - low, count)
    counts = [0] * count
    for score in scores:
        counts[min(int((score - low) / width), count - 1)] += 1
    bars = []
    for at, people in enumerate(counts):
        share = round(people * 100 / len(scores) / SHARE_STEP) * SHARE_STEP
        bars.append(
            Bar(float(low + at * width), float(low + (at + 1) * width), share, bool(people))
        )
    return tuple(bars)


def _rounded(interval: Interval, digits: int) -> Interval:
    return round(interval[0], digits), round(interval[1], digits)


def _mean(values: Sequence[Fraction]) -> float:
    return float(sum(values, Fraction(0)) / len(values))
