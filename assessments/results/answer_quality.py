"""How an attempt was answered, shown to the therapist only: time, runs of one answer, and gaps.

Every limit here is a display rule of this project. It says "look at this", never "invalid". Pure,
no Django.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from statistics import median

from assessments.instruments.definition import Instrument

# A longer gap between two answers counts as a pause, not as time spent answering.
PAUSE = timedelta(minutes=5)
# Answers less than this many seconds apart arrived in one request.
TOGETHER = 0.05
# In less than this, a statement can hardly be read.
FAST_SECONDS = 2
# The same answer this many times in a row is shown as long; on short questionnaires, half of the
# items are enough, but never fewer than SHORTEST_LONG_RUN.
LONG_RUN = 10
SHORTEST_LONG_RUN = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one answer, by question numbers, both ends included."""

    value: int
    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Quality:
    """`seconds` spent answering, without pauses; `typical` is the median gap between answers, in
    seconds; `missing` and `skipped` are question numbers."""

    seconds: float | None
    pauses: int
    typical: float | None
    run: Run | None
    long_run: bool
    missing: tuple[int, ...]
    skipped: tuple[int, ...]

    @property
    def spent(self) -> tuple[int, int] | None:
        """The time spent answering, in minutes and seconds."""
        return None if self.seconds is None else divmod(round(self.seconds), 60)

    @property
    def fast(self) -> bool:
        return self.typical is not None and self.typical < FAST_SECONDS


def judge(
    instrument: Instrument,
    choices: Mapping[str, int | None],
    started: datetime,
    times: Sequence[datetime],
) -> Quality:
    """Judges the final `choices` (None: skipped on purpose) by the `times` at which they arrived.

    Answers that arrive together (from a page without JavaScript, or after a lost connection) have
    no gaps of their own, so the time is shared equally among them.
    """
    gaps = [later - earlier for earlier, later in pairwise([started, *sorted(times)])]
    counted = [gap.total_seconds() for gap in gaps if gap <= PAUSE]
    run = longest_run(instrument, choices)
    items = instrument.item_ids
    limit = min(LONG_RUN, max(SHORTEST_LONG_RUN, (len(items) + 1) // 2))
    return Quality(
        seconds=sum(counted) if counted else None,
        pauses=len(gaps) - len(counted),
        typical=_typical(counted),
        run=run,
        long_run=run is not None and run.length >= limit,
        missing=tuple(n for n, item in enumerate(items, 1) if item not in choices),
        skipped=tuple(n for n, item in enumerate(items, 1) if choices.get(item, 0) is None),
    )


def _typical(gaps: Sequence[float]) -> float | None:
    """The median gap in seconds; the mean if answers arrived together; None without gaps."""
    if not gaps:
        return None
    return sum(gaps) / len(gaps) if min(gaps) < TOGETHER else median(gaps)


def longest_run(instrument: Instrument, choices: Mapping[str, int | None]) -> Run | None:
    """The longest run of one answer, in the order of the items; an unanswered item ends a run.

    Of runs that are equally long, the first. None without answers.
    """
    best: Run | None = None
    numbered = [(n, choices.get(item)) for n, item in enumerate(instrument.item_ids, start=1)]
    for value, group in groupby(numbered, key=lambda pair: pair[1]):
        numbers = [number for number, _ in group]
        if value is not None and (best is None or len(numbers) > best.length):
            best = Run(value, numbers[0], numbers[-1])
    return best
