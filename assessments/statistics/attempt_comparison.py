"""Two attempts compared on one dimension: a change, or the reason why none can be told. Pure."""

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
class Taken:
    """One submitted attempt, as far as comparing needs it; `instrument` as it is known now."""

    at: datetime
    instrument: Instrument
    result: Result
    target: str = ""

    def score(self, scale_id: str) -> ScaleScore | None:
        return next((s for s in self.result.scales if s.scale_id == scale_id), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`change` where one is computable, else `why` not; `early` and `short` qualify it."""

    scale: Scale
    since: datetime
    change: Change | None
    why: Uncomputable | None
    difference: Fraction | None
    early: bool

    @property
    def short(self) -> bool:
        """Too few items to show anything but a very large change."""
        return len(self.scale.keyed) < SHORT_SCALE


def compare(before: Taken, after: Taken, scale: Scale) -> Comparison:
    """`scale` is the later attempt's. A difference is told only between the very same measure."""
    why = _obstacle(before, after, scale)
    known = reliability_for_change(scale)
    change = difference = None
    first, last = _mean(before, scale), _mean(after, scale)
    if first is not None and last is not None and _same_measure(before, after) is None:
        difference = last - first
        if known and not why:
            change = reliable_change(first, last, known)
            why = None if change else Uncomputable.NO_ERROR
    return Comparison(
        scale=scale,
        since=before.at,
        change=change,
        why=why,
        difference=difference,
        early=after.at - before.at < timedelta(days=TOO_EARLY_DAYS),
    )


def reliability_for_change(scale: Scale) -> Reliability | None:
    """Over time before within one sitting: change happens over time."""
    return scale.retest or scale.reliability


def _mean(taken: Taken, scale: Scale) -> Fraction | None:
    score = taken.score(scale.id)
    return score.mean if score else None


def _same_measure(before: Taken, after: Taken) -> Uncomputable | None:
    if before.instrument.version != after.instrument.version:
        return Uncomputable.OTHER_VERSION
    if before.instrument.language != after.instrument.language:
        return Uncomputable.OTHER_LANGUAGE
    if before.target != after.target:
        return Uncomputable.OTHER_TARGET
    return None


def _obstacle(before: Taken, after: Taken, scale: Scale) -> Uncomputable | None:
    if other := _same_measure(before, after):
        return other
    scores = [taken.score(scale.id) for taken in (before, after)]
    if any(score is None or score.mean is None for score in scores):
        return Uncomputable.NO_SCORE
    if any(score and score.unanswered for score in scores):
        return Uncomputable.MISSING_ITEMS
    return None if reliability_for_change(scale) else Uncomputable.NO_RELIABILITY
