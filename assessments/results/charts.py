"""Scores over time as coordinates of one chart, with a line for each dimension. Pure, no Django.

Coordinates are percentages of the plot, as on the plane (assessments/results/plane.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from assessments.results.plane import Segment, joined, percent
from assessments.statistics.measurement_error import Band

# Space at both ends, so that no point is drawn on the frame.
INSET = 6
# The smallest distance between the labels of two shaded periods: a digit, on a narrow screen.
LABEL_ROOM = 4
# A longer response scale has only its ends numbered.
MAX_TICKS = 11
# The smallest distance between the labels at the ends of two lines: about the height of one.
LABEL_GAP = 10


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Dated:
    """One attempt in a chart; no score if it is missing, no band if the error is not known."""

    at: datetime
    score: Fraction | None
    band: Band | None


@dataclass(frozen=True, slots=True)
class Scores:
    """One dimension over time: `label` is the short name at the end of its line."""

    title: str
    label: str
    cut: Fraction | None
    dated: Sequence[Dated]


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    y: str
    band_top: str | None
    band_height: str | None


@dataclass(frozen=True, slots=True)
class Series:
    """One dimension as drawn; `label_y` is None if there is no mark."""

    title: str
    label: str
    marks: tuple[Mark, ...]
    segments: tuple[Segment, ...]
    label_y: str | None


@dataclass(frozen=True, slots=True)
class Period:
    """A labelled period to shade behind the scores."""

    label: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Shading:
    """The coordinates of a shaded period; without a label if there is no room for one."""

    x: str
    width: str
    middle: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`starts` and `ends` are the times at both ends, None if nothing is drawn."""

    series: tuple[Series, ...]
    rows: tuple[Tick, ...]
    cuts: tuple[str, ...]
    shadings: tuple[Shading, ...]
    starts: datetime | None
    ends: datetime | None

    @property
    def banded(self) -> bool:
        """Whether any error band is drawn."""
        return any(mark.band_top for one in self.series for mark in one.marks)


def draw(
    scores: Sequence[Scores],
    lowest: int,
    highest: int,
    periods: Sequence[Period] = (),
    *,
    joins: bool = True,
) -> Chart:
    """Time runs to the right and scores upwards. An attempt without a score leaves a gap; `joins`
    is false where the scores are not comparable, so that no line may join them."""
    times = [entry.at for one in scores for entry in one.dated]
    starts = min([*times, *(period.since for period in periods)], default=None)
    ends = max([*times, *(period.until for period in periods)], default=None)
    x_of = _time_scale(starts, ends)

    def y_of(score: Fraction | float) -> float:
        return 100 * (1 - float((score - lowest) / (highest - lowest)))

    last = [_last_score(one) for one in scores]
    heights = _spread([None if score is None else y_of(score) for score in last])
    drawn = []
    for one, height in zip(scores, heights, strict=True):
        marks = tuple(_marks(one.dated, x_of, y_of))
        drawn.append(
            Series(
                title=one.title,
                label=one.label,
                marks=marks,
                segments=joined(marks) if joins else (),
                label_y=_optional(height),
            )
        )
    cuts = {one.cut for one in scores if one.cut is not None}
    return Chart(
        series=tuple(drawn),
        rows=tuple(
            Tick(percent(y_of(value)), str(value)) for value in short_ticks(lowest, highest)
        ),
        cuts=tuple(percent(y_of(cut)) for cut in sorted(cuts)),
        shadings=tuple(_shadings(periods, x_of)),
        starts=starts,
        ends=ends,
    )


def short_ticks(low: int, high: int) -> Iterable[int]:
    """Every answer of a short response scale; only the two ends of a long one."""
    return range(low, high + 1) if high - low < MAX_TICKS else (low, high)


def _marks(
    dated: Sequence[Dated],
    x_of: Callable[[datetime], float],
    y_of: Callable[[Fraction | float], float],
) -> list[Mark]:
    marks = []
    for entry in dated:
        if entry.score is None:
            continue
        top = height = None
        if entry.band:
            top, bottom = y_of(entry.band.high), y_of(entry.band.low)
            height = bottom - top
        x, y = percent(x_of(entry.at)), percent(y_of(entry.score))
        marks.append(Mark(x, y, _optional(top), _optional(height)))
    return marks


def _last_score(scores: Scores) -> Fraction | None:
    known = [entry.score for entry in scores.dated if entry.score is not None]
    return known[-1] if known else None


def _spread(heights: Sequence[float | None]) -> list[float | None]:
    """The heights of labels, moved apart so that none covers another, and kept inside the plot."""
    order = sorted((height, n) for n, height in enumerate(heights) if height is not None)
    moved = [height for height, _ in order]
    for n in range(1, len(moved)):
        if (lacking := moved[n - 1] + LABEL_GAP - moved[n]) > 0:
            moved[:n] = [height - lacking / 2 for height in moved[:n]]
            moved[n] += lacking / 2
    if moved:
        shift = max(0.0, -moved[0]) - max(0.0, moved[-1] - 100)
        moved = [height + shift for height in moved]
    placed: list[float | None] = [None] * len(heights)
    for (_, n), height in zip(order, moved, strict=True):
        placed[n] = height
    return placed


def _time_scale(starts: datetime | None, ends: datetime | None) -> Callable[[datetime], float]:
    """The x coordinate of a time, in proportion; the middle if there is only one time."""
    first, last = INSET, 100 - INSET
    total = (ends - starts).total_seconds() if starts and ends else 0
    if not starts or not total:
        return lambda at: (first + last) / 2
    return lambda at: first + (last - first) * (at - starts).total_seconds() / total


def _shadings(periods: Sequence[Period], x_of: Callable[[datetime], float]) -> Iterator[Shading]:
    """A short period has its label, too, if none stands so close before it that the two would read
    as one."""
    labelled = -float(LABEL_ROOM)
    for period in periods:
        left, right = x_of(period.since), x_of(period.until)
        middle = (left + right) / 2
        fits = right > left and middle - labelled >= LABEL_ROOM
        labelled = middle if fits else labelled
        yield Shading(
            percent(left), percent(right - left), percent(middle), period.label if fits else ""
        )


def _optional(number: float | None) -> str | None:
    return None if number is None else percent(number)
