"""How an attempt was answered, for the therapist alone: time, long rows, gaps. Pure, no Django.

Every limit here is a display rule of this project: it says "look at this", and never "invalid".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from statistics import median

from assessments.instruments.definition import Instrument

# A longer gap between two answers was a pause, and is not counted as answering.
PAUSE = timedelta(minutes=5)
# Closer than this, in seconds, answers came in one request.
TOGETHER = 0.05
# Faster than this a sentence can hardly be read.
FAST_SECONDS = 2
# One answer so many times in a row is worth a look; on short questionnaires, half of it is.
LONG_ROW = 10
SHORTEST_LONG_ROW = 4


@dataclass(frozen=True, slots=True)
class Row:
    """The longest run of one answer, by question numbers, both ends included."""

    value: int
    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Quality:
    """`seconds` spent answering, pauses left out; `typical` is the median gap between answers."""

    seconds: float | None
    pauses: int
    typical: float | None
    row: Row | None
    long_row: bool
    missing: tuple[int, ...]
    left_out: tuple[int, ...]

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
    """`choices` as they stood at the end (None: left out on purpose), `times` of their arrival.

    Answers that arrive together (a page without JavaScript, a line that came back) have no gaps
    of their own: then the time is shared out among them.
    """
    gaps = [later - earlier for earlier, later in pairwise([started, *sorted(times)])]
    counted = [gap.total_seconds() for gap in gaps if gap <= PAUSE]
    row = longest_row(instrument, choices)
    items = instrument.item_ids
    limit = min(LONG_ROW, max(SHORTEST_LONG_ROW, (len(items) + 1) // 2))
    return Quality(
        seconds=sum(counted) if counted else None,
        pauses=len(gaps) - len(counted),
        typical=_typical(counted),
        row=row,
        long_row=row is not None and row.length >= limit,
        missing=tuple(n for n, item in enumerate(items, 1) if item not in choices),
        left_out=tuple(n for n, item in enumerate(items, 1) if choices.get(item, 0) is None),
    )


def _typical(gaps: Sequence[float]) -> float | None:
    """The median gap in seconds; the mean where answers came together. None without any."""
    if not gaps:
        return None
    return sum(gaps) / len(gaps) if min(gaps) < TOGETHER else median(gaps)


def longest_row(instrument: Instrument, choices: Mapping[str, int | None]) -> Row | None:
    """The longest run of one answer in the order asked; an unanswered item ends a run."""
    best: Row | None = None
    numbered = [(n, choices.get(item)) for n, item in enumerate(instrument.item_ids, start=1)]
    for value, run in groupby(numbered, key=lambda pair: pair[1]):
        numbers = [number for number, _ in run]
        if value is not None and (best is None or len(numbers) > best.length):
            best = Row(value, numbers[0], numbers[-1])
    return best
