"""The path: step events in, where the client is and what is possible out.

Pure: no database, no clock, no Django. Events are facts in order; everything else follows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

FIRST, LAST = 1, 7
SHORT_STAY = timedelta(days=7)


class Kind(StrEnum):
    """What an event does: it moves the client, or it stops or takes up the walking."""

    MOVE = "move"
    PAUSE = "pause"
    CLOSE = "close"
    RESUME = "resume"


class Status(StrEnum):
    WALKING = "walking"
    PAUSED = "paused"
    CLOSED = "closed"


# What each kind leads to, and from where it can happen.
BECOMES = {
    Kind.MOVE: Status.WALKING,
    Kind.PAUSE: Status.PAUSED,
    Kind.CLOSE: Status.CLOSED,
    Kind.RESUME: Status.WALKING,
}
FROM = {
    Kind.MOVE: {Status.WALKING},
    Kind.PAUSE: {Status.WALKING},
    Kind.CLOSE: {Status.WALKING, Status.PAUSED},
    Kind.RESUME: {Status.PAUSED, Status.CLOSED},
}
# After these the path goes on.
WALKS = {kind for kind, status in BECOMES.items() if status == Status.WALKING}
REASONED = {Kind.PAUSE, Kind.CLOSE}


@dataclass(frozen=True)
class Event:
    """One dated fact: `sequence` counts from 1 without gaps, `step` is where it leads (for a
    pause, an end and a return: where the client is)."""

    sequence: int
    step: int
    at: datetime
    kind: Kind = Kind.MOVE


@dataclass(frozen=True)
class Stay:
    """One time on one step, from `since` up to, not including, `until` (None: still there)."""

    step: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Journey:
    """Where a client is. `version` is the last event's sequence: a move names the one it saw."""

    step: int
    since: datetime
    walked: frozenset[int]
    stays: tuple[Stay, ...]
    version: int
    status: Status = Status.WALKING
    status_since: datetime | None = None

    def stays_on(self, step: int) -> tuple[Stay, ...]:
        return tuple(stay for stay in self.stays if stay.step == step)

    def time_on_step(self, now: datetime) -> timedelta:
        return now - self.since

    @property
    def possible(self) -> tuple[int, ...]:
        """The steps a move may lead to: every earlier one, and the next."""
        if self.status != Status.WALKING:
            return ()
        return tuple(step for step in range(FIRST, LAST + 1) if step_problem(self, step) is None)

    @property
    def possible_changes(self) -> tuple[Kind, ...]:
        """What else than a move can happen now."""
        return tuple(k for k in Kind if k != Kind.MOVE and self.status in FROM[k])


class Code(StrEnum):
    """Why a change is blocked (the first seven) or questionable (the others)."""

    NO_SUCH_STEP = "no such step"
    SAME_STEP = "same step"
    SKIPS_STEPS = "skips steps"
    REASON_MISSING = "reason missing"
    MOVED_MEANWHILE = "moved meanwhile"
    NOT_WALKING = "not walking"
    NOT_NOW = "not now"
    NO_RESULT_YET = "no result yet"
    TASKS_OPEN = "tasks open"
    SHORT_STAY = "short stay"


@dataclass(frozen=True)
class Facts:
    """What the rules want to know beside the events."""

    results: int = 0
    open_tasks: int = 0


@dataclass(frozen=True)
class Verdict:
    """The reasons against a move: what forbids it, and what merely asks for a second thought."""

    blockers: tuple[Code, ...] = field(default=())
    warnings: tuple[Code, ...] = field(default=())

    @property
    def allowed(self) -> bool:
        return not self.blockers


def replay(events: Iterable[Event]) -> Journey:
    """The journey that a client's events tell. A step is walked once it was reached and left.

    Raises ValueError where the events cannot have happened (a gap, a start elsewhere, a jump).
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
        journey = _after(journey, event) if event.kind == Kind.MOVE else _changed(journey, event)
    return journey


def _impossible(journey: Journey, event: Event) -> Code | None:
    if journey.status not in FROM[event.kind]:
        return Code.NOT_NOW
    if event.kind == Kind.MOVE:
        return step_problem(journey, event.step)
    return None if event.step == journey.step else Code.NO_SUCH_STEP


def _changed(journey: Journey, event: Event) -> Journey:
    return replace(
        journey, version=event.sequence, status=BECOMES[event.kind], status_since=event.at
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
    )


def step_problem(journey: Journey, to: int) -> Code | None:
    """Why `to` can't be moved to at all, whatever is said; None where it can."""
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
    seen: int | None = None,
) -> Verdict:
    """What stands against moving to step `to`: the one function that page and action both ask.

    `reason` None means that it has not been asked for yet (the page before the form is filled);
    `seen` is the version of the journey that the mover looked at.
    """
    blockers = []
    if seen is not None and seen != journey.version:
        blockers.append(Code.MOVED_MEANWHILE)
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


def judge_change(
    journey: Journey, kind: Kind, *, reason: str | None = None, seen: int | None = None
) -> Verdict:
    """What stands against pausing, closing or resuming; asked by page and action alike."""
    blockers = []
    if seen is not None and seen != journey.version:
        blockers.append(Code.MOVED_MEANWHILE)
    if kind == Kind.MOVE or journey.status not in FROM[kind]:
        blockers.append(Code.NOT_NOW)
    elif kind in REASONED and reason is not None and not reason.strip():
        blockers.append(Code.REASON_MISSING)
    return Verdict(tuple(blockers))


def _warnings(journey: Journey, now: datetime, facts: Facts) -> tuple[Code, ...]:
    """Second thoughts about a move forward; none of them forbids it."""
    found = []
    if journey.step == FIRST and not facts.results:
        found.append(Code.NO_RESULT_YET)
    if facts.open_tasks:
        found.append(Code.TASKS_OPEN)
    if journey.time_on_step(now) < SHORT_STAY:
        found.append(Code.SHORT_STAY)
    return tuple(found)
