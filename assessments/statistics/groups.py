"""How a version measures in a group of people: statistics without names. Pure, no Django.

There are no statistics of fewer than 30 people, and shares are rounded, so that nobody can be
recognised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from assessments.instruments.definition import Instrument, Scale
from assessments.scoring.engine import score
from assessments.statistics import measurement_error

MIN_PEOPLE = 30
MIN_PEOPLE_FOR_NORMS = 100
PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
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
class ScaleStatistics:
    """`people` have a score; `complete` of them answered every item, which alpha and correlations
    require. `item_rest` has each item's correlation with the rest of the scale."""

    scale: Scale
    people: int
    mean: float
    sd: float
    bars: tuple[Bar, ...]
    complete: int
    alpha: float | None
    item_rest: tuple[tuple[str, float | None], ...]

    @property
    def largest_share(self) -> int:
        """The share of the longest bar, for drawing."""
        return max(bar.share for bar in self.bars)


def statistics(
    instrument: Instrument, people: Sequence[Mapping[str, int]]
) -> tuple[ScaleStatistics | None, ...]:
    """One entry per scale, in the instrument's order; None if fewer than 30 people have a score."""
    return tuple(_of_scale(instrument, scale, people) for scale in instrument.scales)


def own_norms(
    instrument: Instrument, people: Sequence[Mapping[str, int]]
) -> dict[str, dict[str, object]]:
    """Norms of these people by scale id, in the format of the instrument file; only for scales on
    which at least 100 people have a score."""
    norms: dict[str, dict[str, object]] = {}
    for scale in instrument.scales:
        means = scores(instrument, scale, people)
        if len(means) < MIN_PEOPLE_FOR_NORMS:
            continue
        ordered = sorted(means)
        norms[scale.id] = {
            "n": len(means),
            "mean": round(_mean(means), 2),
            "sd": round(sqrt(measurement_error.variance(means)), 2),
            "percentiles": {str(p): round(float(quantile(ordered, p)), 2) for p in PERCENTILES},
        }
    return norms


def scores(
    instrument: Instrument, scale: Scale, people: Sequence[Mapping[str, int]]
) -> list[Fraction]:
    """The scores on a scale, of the people who have one."""
    means = (score(instrument, answers).mean(scale.id) for answers in people)
    return [mean for mean in means if mean is not None]


def quantile(ordered: Sequence[Fraction], percent: int) -> Fraction:
    """A quantile by linear interpolation between the two nearest of the ordered scores."""
    position = Fraction(percent, 100) * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _of_scale(
    instrument: Instrument, scale: Scale, people: Sequence[Mapping[str, int]]
) -> ScaleStatistics | None:
    means = scores(instrument, scale, people)
    if len(means) < MIN_PEOPLE:
        return None
    rows = complete_rows(instrument, scale, people)
    enough = len(rows) >= MIN_PEOPLE
    correlations = measurement_error.item_rest(rows) if enough else [None] * len(scale.keyed)
    names = [keyed.item for keyed in scale.keyed]
    return ScaleStatistics(
        scale=scale,
        people=len(means),
        mean=_mean(means),
        sd=sqrt(measurement_error.variance(means)),
        bars=_bars(instrument, means),
        complete=len(rows),
        alpha=measurement_error.alpha(rows) if enough else None,
        item_rest=tuple(zip(names, correlations, strict=True)),
    )


def complete_rows(
    instrument: Instrument, scale: Scale, people: Sequence[Mapping[str, int]]
) -> list[list[int]]:
    """The scale's keyed answers of each person who answered all its items."""
    ends = instrument.response.min + instrument.response.max
    return [
        [ends - row[k.item] if k.reverse else row[k.item] for k in scale.keyed]
        for row in people
        if all(keyed.item in row for keyed in scale.keyed)
    ]


def _bars(instrument: Instrument, means: Sequence[Fraction]) -> tuple[Bar, ...]:
    low, high = instrument.response.min, instrument.response.max
    count = min(MAX_BARS, (high - low) * 2)
    width = Fraction(high - low, count)
    counts = [0] * count
    for mean in means:
        counts[min(int((mean - low) / width), count - 1)] += 1
    bars = []
    for at, people in enumerate(counts):
        share = round(people * 100 / len(means) / SHARE_STEP) * SHARE_STEP
        bars.append(
            Bar(float(low + at * width), float(low + (at + 1) * width), share, bool(people))
        )
    return tuple(bars)


def _mean(values: Sequence[Fraction]) -> float:
    return float(sum(values, Fraction(0)) / len(values))
