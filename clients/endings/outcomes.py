"""What is affected when care or a path ends, and the possible outcomes for each session and task.

Pure: no database, no clock, no Django. The pages and the actions call the same functions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from typing import Any
from uuid import UUID


class Ending(Enum):
    TRANSFER = auto()
    END = auto()
    CALL_OFF = auto()
    PAUSE = auto()
    CLOSE = auto()


class Outcome(StrEnum):
    """The values are what the forms send."""

    HAND_OVER = "hand over"
    CALL_OFF = "call off"
    WITHDRAW = "withdraw"
    KEEP = "keep"


# The possible outcomes, the default first. If a therapist's care ends, an appointment with them
# cannot be kept.
SESSIONS = {
    Ending.TRANSFER: (Outcome.HAND_OVER, Outcome.CALL_OFF),
    Ending.END: (Outcome.CALL_OFF,),
    Ending.CALL_OFF: (Outcome.CALL_OFF,),
    Ending.PAUSE: (Outcome.CALL_OFF, Outcome.KEEP),
    Ending.CLOSE: (Outcome.CALL_OFF, Outcome.KEEP),
}
TASKS = {
    Ending.TRANSFER: (Outcome.KEEP, Outcome.WITHDRAW),
    Ending.END: (Outcome.WITHDRAW, Outcome.KEEP),
    Ending.PAUSE: (Outcome.KEEP, Outcome.WITHDRAW),
    Ending.CLOSE: (Outcome.WITHDRAW, Outcome.KEEP),
}


@dataclass(frozen=True)
class Gap:
    """`therapist` no longer cares from `start` up to, not including, `until` (None: for good)."""

    therapist: UUID
    start: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Appointment:
    """A planned session that has not begun; `row` is the session itself, which pages show. `asked`:
    the client asks to move or cancel it, and nobody has answered."""

    key: UUID
    client: UUID
    therapist: UUID
    at: datetime
    row: Any = None
    asked: bool = False


@dataclass(frozen=True)
class OpenTask:
    """`title` is empty for people who may not read it."""

    key: UUID
    title: str
    given_by: str
    given_at: datetime
    due_on: date | None
    questionnaire: bool = False


@dataclass(frozen=True)
class Cover:
    """A cover, which ends with the care that it covers."""

    name: str
    starts_at: datetime
    last_day: date | None


@dataclass(frozen=True)
class Drafts:
    """Drafts of notes by somebody who will lose access. Nobody else can read or sign them."""

    author: str
    many: int


@dataclass(frozen=True)
class Regular:
    """What a therapist asks the client for regularly, which rests while the path or their care
    does. `titles` is empty for people who may not read it."""

    therapist: str
    many: int
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Affected:
    """What an ending affects. Covers, drafts and rhythms need no decision. `others` is true if
    another therapist also cares for the client and will see the tasks."""

    ending: Ending
    sessions: tuple[Appointment, ...] = ()
    tasks: tuple[OpenTask, ...] = ()
    covers: tuple[Cover, ...] = ()
    drafts: tuple[Drafts, ...] = ()
    rhythms: tuple[Regular, ...] = ()
    others: bool = False

    @property
    def asks(self) -> bool:
        """Whether a decision is needed."""
        return bool(self.sessions or self.tasks)

    @property
    def on_path(self) -> bool:
        """Whether the care goes on."""
        return self.ending in (Ending.PAUSE, Ending.CLOSE)

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to know before the change is made."""
        return bool(self.asks or self.covers or self.drafts or self.rhythms)

    @property
    def outcomes(self) -> dict[UUID, tuple[Outcome, ...]]:
        """The possible outcomes for each session and task, the default first."""
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
    """The appointments at times when their therapist will no longer care for the client.

    `goes_on` is the therapist who takes over and keeps their own appointments.
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


def undecided(affected: Affected, decided: Mapping[UUID, Outcome]) -> frozenset[UUID]:
    """The sessions and tasks without a decision, or with an impossible one."""
    return frozenset(
        key for key, possible in affected.outcomes.items() if decided.get(key) not in possible
    )
