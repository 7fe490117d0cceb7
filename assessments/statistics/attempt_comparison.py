"""Compares two attempts on one dimension: a change, or why none can be computed. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from assessments.instruments.definition import Instrument, Reliability, Scale
from assessments.scoring.engine import Result, ScaleScore
from assessments.statistics.reliable_change import (
    SHORT_SCALE,
    TOO_EARLY_DAYS,
    Change,
    Uncomputable,
    reliable_change,
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
    """`change` if it can be computed, otherwise the `obstacle`; `early` and `short` qualify it."""

    scale: Scale
    since: datetime
    change: Change | None
    obstacle: Uncomputable | None
    difference: Fraction | None
    early: bool

    @property
    def short(self) -> bool:
        """Whether the scale has too few items to show any but a very large change."""
        return len(self.scale.keyed) < SHORT_SCALE


def compare(before: ScoredAttempt, after: ScoredAttempt, scale: Scale) -> Comparison:
    """Compares two attempts on `scale`, which is the later one's. There is a difference only if
    version, language and relationship are the same."""
    obstacle = _obstacle(before, after, scale)
    known = reliability_for_change(scale)
    change = difference = None
    first, last = _mean(before, scale), _mean(after, scale)
    if first is not None and last is not None and _same_measure(before, after) is None:
        difference = last - first
        if known and not obstacle:
            change = reliable_change(first, last, known)
            obstacle = None if change else Uncomputable.NO_ERROR
    return Comparison(
        scale=scale,
        since=before.at,
        change=change,
        obstacle=obstacle,
        difference=difference,
        early=after.at - before.at < timedelta(days=TOO_EARLY_DAYS),
    )


def reliability_for_change(scale: Scale) -> Reliability | None:
    """The retest reliability if it is known, because change happens over time; otherwise the one
    within a sitting."""
    return scale.retest or scale.reliability


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
    return None if reliability_for_change(scale) else Uncomputable.NO_RELIABILITY
