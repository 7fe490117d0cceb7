"""How a version measures in a group of people: numbers without names. Pure, no Django.

Nothing is told of fewer than 30 people, and shares are rounded, so that nobody stands out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from assessments.instruments.definition import Instrument, Scale
from assessments.scoring.engine import score
from assessments.statistics import measurement_error

FEWEST = 30
OWN_NORMS_FROM = 100
PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
# Bars of half an answer; of a long response scale, as many bars as of a short one.
MOST_BARS = 14
SHARE_STEP = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """Scores from `low` up to, not including, `high` (the last bar includes it).

    `share` is in percent of the people, rounded to 5; `some` where it rounds to 0 but is not.
    """

    low: float
    high: float
    share: int
    some: bool


@dataclass(frozen=True, slots=True)
class ScaleStatistics:
    """`people` have a score; `complete` answered every item, which alpha and correlations need."""

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
        """The longest bar's, for drawing."""
        return max(bar.share for bar in self.bars)


def statistics(
    instrument: Instrument, people: Sequence[Mapping[str, int]]
) -> tuple[ScaleStatistics | None, ...]:
    """One entry a scale, in the instrument's order; None where fewer than 30 have a score."""
    return tuple(_of_scale(instrument, scale, people) for scale in instrument.scales)


def own_norms(
    instrument: Instrument, people: Sequence[Mapping[str, int]]
) -> dict[str, dict[str, object]]:
    """Norms of these very people, as an instrument file has them; none from fewer than 100."""
    found: dict[str, dict[str, object]] = {}
    for scale in instrument.scales:
        means = scores(instrument, scale, people)
        if len(means) < OWN_NORMS_FROM:
            continue
        ordered = sorted(means)
        found[scale.id] = {
            "n": len(means),
            "mean": round(_mean(means), 2),
            "sd": round(sqrt(measurement_error.variance(means)), 2),
            "percentiles": {str(p): round(float(quantile(ordered, p)), 2) for p in PERCENTILES},
        }
    return found


def scores(
    instrument: Instrument, scale: Scale, people: Sequence[Mapping[str, int]]
) -> list[Fraction]:
    means = (score(instrument, answers).mean(scale.id) for answers in people)
    return [mean for mean in means if mean is not None]


def quantile(ordered: Sequence[Fraction], percent: int) -> Fraction:
    """Between the two nearest of the ordered scores, in a straight line."""
    place = Fraction(percent, 100) * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _of_scale(
    instrument: Instrument, scale: Scale, people: Sequence[Mapping[str, int]]
) -> ScaleStatistics | None:
    means = scores(instrument, scale, people)
    if len(means) < FEWEST:
        return None
    rows = complete_rows(instrument, scale, people)
    enough = len(rows) >= FEWEST
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
    """The scale's items after reversing, of those who answered all of them."""
    ends = instrument.response.min + instrument.response.max
    return [
        [ends - row[k.item] if k.reverse else row[k.item] for k in scale.keyed]
        for row in people
        if all(keyed.item in row for keyed in scale.keyed)
    ]


def _bars(instrument: Instrument, means: Sequence[Fraction]) -> tuple[Bar, ...]:
    low, high = instrument.response.min, instrument.response.max
    count = min(MOST_BARS, (high - low) * 2)
    width = Fraction(high - low, count)
    held = [0] * count
    for mean in means:
        held[min(int((mean - low) / width), count - 1)] += 1
    bars = []
    for at, people in enumerate(held):
        share = round(people * 100 / len(means) / SHARE_STEP) * SHARE_STEP
        bars.append(
            Bar(float(low + at * width), float(low + (at + 1) * width), share, bool(people))
        )
    return tuple(bars)


def _mean(values: Sequence[Fraction]) -> float:
    return float(sum(values, Fraction(0)) / len(values))
