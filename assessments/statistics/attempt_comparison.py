"""Compares two attempts on one dimension: a change, or why none can be computed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from assessments.instruments.definition import Instrument, Scale
from assessments.scoring.engine import Result, ScaleScore
from assessments.statistics.reliable_change import (
    SHORT_SCALE,
    TOO_EARLY_DAYS,
    Change,
    Uncomputable,
    may_be_regression,
    reliable_change,
    retest_of,
)


@dataclass(frozen=True, slots=True)
class ScoredAttempt:
    """A submitted attempt for comparison; `instrument` has the reliabilities that are known now."""

    at: datetime
    instrument: Instrument
    result: Result
    target: str = ""

    def score(self, scale_id: str) -> ScaleScore | None:
        return next((s for s in self.result.scales if s.scale_id == scale_id), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`change` if it can be computed, otherwise the `obstacle`. If only the reliability of one
    sitting is known, `least` is computed with it: its error is the least that the error can be.

    `early`, `short` and `regression` qualify the difference (`may_be_regression`).
    """

    scale: Scale
    since: datetime
    change: Change | None
    least: Change | None
    obstacle: Uncomputable | None
    # The earlier and the later one; None if they cannot be compared.
    scores: tuple[Fraction, Fraction] | None
    early: bool
    regression: bool

    @property
    def difference(self) -> Fraction | None:
        return None if self.scores is None else self.scores[1] - self.scores[0]

    @property
    def short(self) -> bool:
        """Whether the scale has too few items to show any but a very large change."""
        return len(self.scale.keyed) < SHORT_SCALE


def baseline(entries: Sequence[ScoredAttempt]) -> ScoredAttempt:
    """What the last of two or more attempts, oldest first, is compared with: the first one that
    measured the same thing, or the first of all if none did."""
    first = comparable(entries)[0]
    return entries[0] if first is entries[-1] else first


def comparable(entries: Sequence[ScoredAttempt]) -> list[ScoredAttempt]:
    """The attempts that measured the same thing as the last one, which is among them."""
    return [one for one in entries if _same_measure(one, entries[-1]) is None]


def compare(before: ScoredAttempt, after: ScoredAttempt, scale: Scale) -> Comparison:
    """Compares two attempts on `scale`, which is the later one's. There is a difference only if
    version, language and relationship are the same."""
    obstacle = _obstacle(before, after, scale)
    change = least = scores = None
    regression = False
    first, last = _mean(before, scale), _mean(after, scale)
    if first is not None and last is not None and _same_measure(before, after) is None:
        scores = (first, last)
        regression = may_be_regression(first, last, scale, after.instrument.response)
        over_time = retest_of(scale)
        if obstacle is None and over_time:
            change = reliable_change(first, last, over_time)
            obstacle = None if change else Uncomputable.NO_ERROR
        elif obstacle is Uncomputable.NO_RETEST and scale.reliability:
            least = reliable_change(first, last, scale.reliability)
    return Comparison(
        scale=scale,
        since=before.at,
        change=change,
        least=least,
        obstacle=obstacle,
        scores=scores,
        early=after.at - before.at < timedelta(days=TOO_EARLY_DAYS),
        regression=regression,
    )


def _mean(attempt: ScoredAttempt, scale: Scale) -> Fraction | None:
    score = attempt.score(scale.id)
    return score.mean if score else None


def _same_measure(before: ScoredAttempt, after: ScoredAttempt) -> Uncomputable | None:
    if before.instrument.version != after.instrument.version:
        return Uncomputable.OTHER_VERSION
    if before.instrument.language != after.instrument.language:
        return Uncomputable.OTHER_LANGUAGE
    if before.target != after.target:
        return Uncomputable.OTHER_TARGET
    return None


def _obstacle(before: ScoredAttempt, after: ScoredAttempt, scale: Scale) -> Uncomputable | None:
    if other := _same_measure(before, after):
        return other
    scores = [attempt.score(scale.id) for attempt in (before, after)]
    if any(score is None or score.mean is None for score in scores):
        return Uncomputable.NO_SCORE
    if any(score and score.unanswered for score in scores):
        return Uncomputable.MISSING_ITEMS
    if retest_of(scale):
        return None
    return Uncomputable.NO_RETEST if scale.reliability else Uncomputable.NO_RELIABILITY
