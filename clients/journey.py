"""The path: computes from step events where the client is and what can happen next.

Pure: no database, no clock, no Django. Events are facts in order; everything follows from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

FIRST, LAST = 1, 7
SHORT_STAY = timedelta(days=7)
# The steps that are left for looking at the past, and for practising closeness: what was done for
# safety is asked about before. A safety review counts for this long.
BEFORE_EXPLORING, BEFORE_PRACTISING = 2, 5
REVIEW_COUNTS = timedelta(days=30)
# For so long its author can undo a move that was made by mistake.
UNDO_WITHIN = timedelta(minutes=10)


class Kind(StrEnum):
    """What an event does: it moves the client, or it pauses, closes or resumes the path, or it
    undoes the move before it."""

    MOVE = "move"
    PAUSE = "pause"
    CLOSE = "close"
    RESUME = "resume"
    UNDO = "undo"


class Status(StrEnum):
    WALKING = "walking"
    PAUSED = "paused"
    CLOSED = "closed"


# The status that each kind leads to, and the statuses in which it can happen.
BECOMES = {
    Kind.MOVE: Status.WALKING,
    Kind.PAUSE: Status.PAUSED,
    Kind.CLOSE: Status.CLOSED,
    Kind.RESUME: Status.WALKING,
    Kind.UNDO: Status.WALKING,
}
FROM = {
    Kind.MOVE: {Status.WALKING},
    Kind.PAUSE: {Status.WALKING},
    Kind.CLOSE: {Status.WALKING, Status.PAUSED},
    Kind.RESUME: {Status.PAUSED, Status.CLOSED},
    Kind.UNDO: {Status.WALKING},
}
# The changes that have a page of their own.
CHANGES = (Kind.PAUSE, Kind.CLOSE, Kind.RESUME)
# After these kinds the path is active.
WALKS = {kind for kind, status in BECOMES.items() if status == Status.WALKING}
REASONED = {Kind.PAUSE, Kind.CLOSE}


class Recorded(Protocol):
    """An event, as the rules or as the database hold it."""

    @property
    def sequence(self) -> int: ...

    @property
    def kind(self) -> str: ...


R = TypeVar("R", bound=Recorded)


@dataclass(frozen=True)
class Event:
    """One dated fact. `sequence` counts from 1 without gaps. `step` is the step that a move leads
    to; for the other kinds it is the step on which the client is then."""

    sequence: int
    step: int
    at: datetime
    kind: Kind = Kind.MOVE


@dataclass(frozen=True)
class Stay:
    """One stay on one step, from `since` up to, not including, `until` (None: the current stay)."""

    step: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Journey:
    """Where a client is. `version` is the sequence of the last event, used as an optimistic
    lock. `before_move` is the journey before the last event if that was a move, None otherwise."""

    step: int
    since: datetime
    walked: frozenset[int]
    stays: tuple[Stay, ...]
    version: int
    status: Status = Status.WALKING
    status_since: datetime | None = None
    before_move: "Journey | None" = field(default=None, compare=False, repr=False)

    @property
    def undo_until(self) -> datetime | None:
        """Until when the last event can be undone; None if it is no move."""
        return self.since + UNDO_WITHIN if self.before_move else None

    def stays_on(self, step: int) -> tuple[Stay, ...]:
        return tuple(stay for stay in self.stays if stay.step == step)

    def time_on_step(self, now: datetime) -> timedelta:
        return now - self.since

    @property
    def possible(self) -> tuple[int, ...]:
        """The steps that a move can lead to: every earlier one, and the next."""
        if self.status != Status.WALKING:
            return ()
        return tuple(step for step in range(FIRST, LAST + 1) if step_problem(self, step) is None)

    @property
    def possible_changes(self) -> tuple[Kind, ...]:
        """The changes other than a move that can happen now."""
        return tuple(kind for kind in CHANGES if self.status in FROM[kind])


class Code(StrEnum):
    """Why a change is refused (the first ten) or gives a warning (the others; those about safety
    first)."""

    NO_SUCH_STEP = "no such step"
    SAME_STEP = "same step"
    SKIPS_STEPS = "skips steps"
    REASON_MISSING = "reason missing"
    NOT_WALKING = "not walking"
    NOT_NOW = "not now"
    CONSENT_WITHDRAWN = "consent withdrawn"
    NOTHING_TO_UNDO = "nothing to undo"
    NOT_THE_AUTHOR = "not the author"
    TOO_LATE = "too late"
    NO_SAFETY_REVIEW = "no safety review"
    NO_SETTLING_SKILL = "no settling skill"
    VIOLENCE_NOT_ASKED = "violence not asked"
    NO_RESULT_YET = "no result yet"
    TASKS_OPEN = "tasks open"
    SHORT_STAY = "short stay"
    NO_CONSENT_YET = "no consent yet"


# The warnings about safety; the other warnings are administrative.
CLINICAL = frozenset({Code.NO_SAFETY_REVIEW, Code.NO_SETTLING_SKILL, Code.VIOLENCE_NOT_ASKED})


@dataclass(frozen=True)
class Facts:
    """What the rules need to know besides the events.

    `safety_reviewed`, `violence_asked`: when a therapist last marked it, None if never.
    """

    results: int = 0
    open_tasks: int = 0
    # To therapy, or to how the client's data is used: never given, or withdrawn.
    consent_missing: bool = False
    consent_withdrawn: bool = False
    safety_reviewed: datetime | None = None
    settling_practised: bool = False
    violence_asked: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """The reasons against a change: blockers forbid it, warnings do not."""

    blockers: tuple[Code, ...] = field(default=())
    warnings: tuple[Code, ...] = field(default=())

    @property
    def allowed(self) -> bool:
        return not self.blockers

    @property
    def clinical(self) -> tuple[Code, ...]:
        return tuple(code for code in self.warnings if code in CLINICAL)

    @property
    def administrative(self) -> tuple[Code, ...]:
        return tuple(code for code in self.warnings if code not in CLINICAL)


def replay(events: Iterable[Event]) -> Journey:
    """The journey that follows from a client's events. A step is walked once it was left; a move
    that was undone leaves no trace but the version.

    Raises ValueError for events that cannot have happened (a gap, another first step, a jump). For
    how long a move can be undone is not asked here: a later, shorter time must not make old events
    impossible.
    """
    ordered = sorted(events, key=lambda event: event.sequence)
    if not ordered or ordered[0].step != FIRST or ordered[0].sequence != 1:
        raise ValueError("a path starts on step 1 with event 1")
    journey = _after(None, ordered[0])
    for event in ordered[1:]:
        if event.sequence != journey.version + 1:
            raise ValueError(f"event {event.sequence} follows event {journey.version}")
        if problem := _impossible(journey, event):
            raise ValueError(f"event {event.sequence} to step {event.step}: {problem}")
        journey = _next(journey, event)
    return journey


def lasting(events: Iterable[R]) -> list[R]:
    """The events that still hold, in order: neither a move that was undone, nor its undoing."""
    kept: list[R] = []
    for event in sorted(events, key=lambda one: one.sequence):
        if event.kind == Kind.UNDO:
            kept.pop()
        else:
            kept.append(event)
    return kept


def _impossible(journey: Journey, event: Event) -> Code | None:
    if journey.status not in FROM[event.kind]:
        return Code.NOT_NOW
    if event.kind == Kind.MOVE:
        return step_problem(journey, event.step)
    where = journey
    if event.kind == Kind.UNDO:
        if journey.before_move is None:
            return Code.NOTHING_TO_UNDO
        where = journey.before_move
    return None if event.step == where.step else Code.NO_SUCH_STEP


def _next(journey: Journey, event: Event) -> Journey:
    if event.kind == Kind.MOVE:
        return _after(journey, event)
    if event.kind == Kind.UNDO and journey.before_move:
        return replace(journey.before_move, version=event.sequence)
    return _changed(journey, event)


def _changed(journey: Journey, event: Event) -> Journey:
    return replace(
        journey,
        version=event.sequence,
        status=BECOMES[event.kind],
        status_since=event.at,
        before_move=None,
    )


def _after(journey: Journey | None, event: Event) -> Journey:
    stay = Stay(event.step, event.at, None)
    if journey is None:
        return Journey(event.step, event.at, frozenset(), (stay,), event.sequence)
    left = Stay(journey.step, journey.since, event.at)
    return Journey(
        step=event.step,
        since=event.at,
        walked=journey.walked | {journey.step},
        stays=(*journey.stays[:-1], left, stay),
        version=event.sequence,
        before_move=replace(journey, before_move=None),
    )


def step_problem(journey: Journey, to: int) -> Code | None:
    """Why the client cannot move to step `to`, whatever the reason given; None if they can."""
    if not FIRST <= to <= LAST:
        return Code.NO_SUCH_STEP
    if to == journey.step:
        return Code.SAME_STEP
    return Code.SKIPS_STEPS if to > journey.step + 1 else None


def is_back(journey: Journey, to: int) -> bool:
    return to < journey.step


def judge(
    journey: Journey,
    to: int,
    *,
    now: datetime,
    facts: Facts,
    reason: str | None = None,
) -> Verdict:
    """The blockers and warnings for a move to step `to`. The page and the action both call this.

    `reason` is None if it has not been asked for yet (before the form is filled in).
    """
    blockers = [Code.CONSENT_WITHDRAWN] if facts.consent_withdrawn else []
    problem = step_problem(journey, to)
    if journey.status != Status.WALKING:
        blockers.append(Code.NOT_WALKING)
    elif problem:
        blockers.append(problem)
    elif is_back(journey, to):
        if reason is not None and not reason.strip():
            blockers.append(Code.REASON_MISSING)
        return Verdict(tuple(blockers))
    return Verdict(tuple(blockers), () if problem else _warnings(journey, now, facts))


def judge_change(journey: Journey, kind: Kind, *, reason: str | None = None) -> Verdict:
    """The blockers for pausing, closing or resuming. The page and the action both call this."""
    blockers = []
    if kind not in CHANGES or journey.status not in FROM[kind]:
        blockers.append(Code.NOT_NOW)
    elif kind in REASONED and reason is not None and not reason.strip():
        blockers.append(Code.REASON_MISSING)
    return Verdict(tuple(blockers))


def judge_undo(journey: Journey, *, by_author: bool, now: datetime) -> Verdict:
    """The blockers for undoing the last move. The page and the action both call this."""
    until = journey.undo_until
    if until is None:
        return Verdict((Code.NOTHING_TO_UNDO,))
    if not by_author:
        return Verdict((Code.NOT_THE_AUTHOR,))
    return Verdict() if now <= until else Verdict((Code.TOO_LATE,))


def _warnings(journey: Journey, now: datetime, facts: Facts) -> tuple[Code, ...]:
    """The warnings about a move forward, those about safety first."""
    warnings = _clinical_warnings(journey, now, facts)
    if journey.step == FIRST and not facts.results:
        warnings.append(Code.NO_RESULT_YET)
    if facts.open_tasks:
        warnings.append(Code.TASKS_OPEN)
    if journey.time_on_step(now) < SHORT_STAY:
        warnings.append(Code.SHORT_STAY)
    if facts.consent_missing:
        warnings.append(Code.NO_CONSENT_YET)
    return tuple(warnings)


def _clinical_warnings(journey: Journey, now: datetime, facts: Facts) -> list[Code]:
    warnings = []
    if journey.step == BEFORE_EXPLORING:
        reviewed = facts.safety_reviewed
        if reviewed is None or now - reviewed > REVIEW_COUNTS:
            warnings.append(Code.NO_SAFETY_REVIEW)
        if not facts.settling_practised:
            warnings.append(Code.NO_SETTLING_SKILL)
    if journey.step == BEFORE_PRACTISING:
        last = facts.violence_asked
        if last is None or last < journey.since:
            warnings.append(Code.VIOLENCE_NOT_ASKED)
    return warnings
