"""What hangs on care or a path that ends, and what may become of each of it.

Pure: no database, no clock, no Django. The pages and the actions ask the same functions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Ending(StrEnum):
    TRANSFER = "transfer"
    END = "end"
    CALL_OFF = "call off"
    PAUSE = "pause"
    CLOSE = "close"


class Outcome(StrEnum):
    HAND_OVER = "hand over"
    CALL_OFF = "call off"
    TAKE_BACK = "take back"
    KEEP = "keep"


# What may become of each, the sensible one first. Where a therapist's care ends, an appointment
# with them can't be kept.
SESSIONS = {
    Ending.TRANSFER: (Outcome.HAND_OVER, Outcome.CALL_OFF),
    Ending.END: (Outcome.CALL_OFF,),
    Ending.CALL_OFF: (Outcome.CALL_OFF,),
    Ending.PAUSE: (Outcome.CALL_OFF, Outcome.KEEP),
    Ending.CLOSE: (Outcome.CALL_OFF, Outcome.KEEP),
}
TASKS = {
    Ending.TRANSFER: (Outcome.KEEP, Outcome.TAKE_BACK),
    Ending.END: (Outcome.TAKE_BACK, Outcome.KEEP),
    Ending.PAUSE: (Outcome.KEEP, Outcome.TAKE_BACK),
    Ending.CLOSE: (Outcome.TAKE_BACK, Outcome.KEEP),
}


@dataclass(frozen=True)
class Gap:
    """`therapist` no longer cares from `start` up to, not including, `until` (None: for good)."""

    therapist: UUID
    start: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Appointment:
    """A planned session that has not begun; `name` is the therapist's."""

    key: UUID
    client: UUID
    therapist: UUID
    name: str
    at: datetime


@dataclass(frozen=True)
class OpenTask:
    """`title` is empty for those who may not read it."""

    key: UUID
    title: str
    given_by: str
    given_at: datetime
    due_on: date | None


@dataclass(frozen=True)
class Cover:
    """A cover of the care that ends: it ends with it."""

    name: str
    starts_at: datetime
    last_day: date | None


@dataclass(frozen=True)
class Hanging:
    """What hangs on an ending; covers need no decision. `others`: somebody else cares, too, who
    sees what becomes of the tasks."""

    ending: Ending
    sessions: tuple[Appointment, ...] = ()
    tasks: tuple[OpenTask, ...] = ()
    covers: tuple[Cover, ...] = ()
    others: bool = False

    @property
    def asks(self) -> bool:
        """Whether something has to be decided."""
        return bool(self.sessions or self.tasks)

    @property
    def outcomes(self) -> dict[UUID, tuple[Outcome, ...]]:
        """What may become of each, the sensible one first."""
        tasks = TASKS.get(self.ending, ())
        tasks = tasks[::-1] if self.ending == Ending.END and self.others else tasks
        sessions = {one.key: SESSIONS[self.ending] for one in self.sessions}
        return sessions | {one.key: tasks for one in self.tasks}

    @property
    def defaults(self) -> dict[UUID, Outcome]:
        return {key: possible[0] for key, possible in self.outcomes.items()}


def in_gaps(
    sessions: Iterable[Appointment], gaps: Iterable[Gap], *, goes_on: UUID | None = None
) -> tuple[Appointment, ...]:
    """The appointments whose therapist no longer cares for the client then.

    `goes_on`: the therapist who takes over, whose own appointments stay.
    """
    ended = [gap for gap in gaps if gap.therapist != goes_on]
    return tuple(
        one
        for one in sessions
        if any(
            gap.therapist == one.therapist
            and gap.start <= one.at
            and (gap.until is None or one.at < gap.until)
            for gap in ended
        )
    )


def undecided(hanging: Hanging, decided: Mapping[UUID, Outcome]) -> frozenset[UUID]:
    """Of what nobody has said yet, or not possibly, what becomes of it."""
    return frozenset(
        key for key, possible in hanging.outcomes.items() if decided.get(key) not in possible
    )
