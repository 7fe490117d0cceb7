"""How an attempt was answered, shown to the therapist only: time, runs, gaps and contradictions.

Every limit here is a display rule of this project. It says "look at this", never "invalid". Pure,
no Django.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby, pairwise, product
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
# Answers to opposite statements contradict each other if they are on average this share of the
# response scale apart, the reversed one turned round. Answers at random are 0.38 of it apart.
CONTRADICTORY_SHARE = Fraction(1, 3)
# With fewer pairs of opposite statements than this, chance alone decides too much, so that they
# have to be further apart, and as far as answers at random seldom are.
MANY_PAIRS = 30
PLAINLY_CONTRADICTORY_SHARE = Fraction(2, 3)
# With fewer than this, nothing is said.
FEWEST_PAIRS = 8
# As many of the plainest contradictions are named.
MOST_NAMED = 3


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
class Contradiction:
    """Two opposite statements of one scale, by question number, with the answers to them; `apart`
    is the distance between the answers once the reversed one is turned round."""

    forward: int
    forward_value: int
    reversed: int
    reversed_value: int
    apart: int


@dataclass(frozen=True, slots=True)
class Contradictions:
    """`pairs` of opposite statements were answered; `apart` is their mean distance, and `at_random`
    what it would be with answers at random. `plainest` are pairs that are at least half the
    response scale apart, with each statement in one at most."""

    pairs: int
    apart: Fraction
    at_random: Fraction
    many: bool
    plainest: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """`seconds` spent answering, without pauses; `typical` is the median gap between answers, in
    seconds; `missing` and `skipped` are question numbers. `contradictions` is None if there are too
    few opposite statements to judge by."""

    seconds: float | None
    pauses: int
    typical: float | None
    run: Run | None
    long_run: bool
    missing: tuple[int, ...]
    skipped: tuple[int, ...]
    contradictions: Contradictions | None

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
        contradictions=contradictions(instrument, choices),
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


def contradictions(
    instrument: Instrument, choices: Mapping[str, int | None]
) -> Contradictions | None:
    """Compares each answered statement with each reversed one of the same scale.

    None if fewer than FEWEST_PAIRS such pairs are answered.
    """
    pairs = list(_opposite_pairs(instrument, choices))
    if len(pairs) < FEWEST_PAIRS:
        return None
    values = len(instrument.response.values())
    reach = values - 1
    share = CONTRADICTORY_SHARE if len(pairs) >= MANY_PAIRS else PLAINLY_CONTRADICTORY_SHARE
    apart = Fraction(sum(pair.apart for pair in pairs), len(pairs))
    plain = [pair for pair in pairs if 2 * pair.apart >= reach]
    return Contradictions(
        pairs=len(pairs),
        apart=apart,
        # The mean distance of two numbers, each drawn from 1 to `values`.
        at_random=Fraction(values**2 - 1, 3 * values),
        many=apart >= share * reach,
        plainest=_plainest(plain),
    )


def _opposite_pairs(
    instrument: Instrument, choices: Mapping[str, int | None]
) -> Iterator[Contradiction]:
    numbers = {item: n for n, item in enumerate(instrument.item_ids, start=1)}
    ends = instrument.response.min + instrument.response.max
    for scale in instrument.scales:
        forward = [k.item for k in scale.keyed if not k.reverse]
        backward = [k.item for k in scale.keyed if k.reverse]
        for one, other in product(forward, backward):
            value, opposite = choices.get(one), choices.get(other)
            if value is not None and opposite is not None:
                apart = abs(value - (ends - opposite))
                yield Contradiction(numbers[one], value, numbers[other], opposite, apart)


def _plainest(pairs: Sequence[Contradiction]) -> tuple[Contradiction, ...]:
    """The pairs furthest apart, in the order of the statements where they are equally far."""
    named: list[Contradiction] = []
    for pair in sorted(pairs, key=lambda pair: (-pair.apart, pair.forward, pair.reversed)):
        used = {number for one in named for number in (one.forward, one.reversed)}
        if len(named) < MOST_NAMED and not used & {pair.forward, pair.reversed}:
            named.append(pair)
    return tuple(named)
