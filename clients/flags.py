"""Why a client needs a therapist's attention: computes the reasons from facts. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

UNSEEN = timedelta(days=30)


class Flag(StrEnum):
    PLAN_CHANGED = "safety plan changed"
    SESSION_TO_RECORD = "session to record"
    HIGHER = "reliably higher"
    RESULT_UNREAD = "result unread"
    REFLECTION_UNREAD = "reflection unread"
    NOT_SEEN = "not seen for a month"
    TASK_OVERDUE = "task overdue"
    LONG_ON_STEP = "long on a step"


@dataclass(frozen=True)
class Signs:
    """The facts about one client.

    `since`: when care began. `last_contact`: when the last session was held. `unread_results`: a
    shared result that no therapist has opened. `higher`: a dimension of the latest result is
    reliably higher. `new_plan`, `new_reflection`: written by the client since a therapist last
    opened the record. `on_step_since`: when the current step began. `long_days`: the third quartile
    of the practice's stays on that step, in days. `walking`: the path is neither paused nor closed.
    """

    since: datetime
    last_contact: datetime | None
    overdue_since: date | None
    unrecorded_sessions: bool
    unread_results: bool = False
    higher: bool = False
    new_plan: bool = False
    new_reflection: bool = False
    on_step_since: datetime | None = None
    long_days: int | None = None
    walking: bool = True


def flags(signs: Signs, now: datetime) -> tuple[Flag, ...]:
    """The reasons, most pressing first. Empty for a client who needs nothing now."""
    raised = []
    if signs.new_plan:
        raised.append(Flag.PLAN_CHANGED)
    if signs.unrecorded_sessions:
        raised.append(Flag.SESSION_TO_RECORD)
    if signs.higher:
        raised.append(Flag.HIGHER)
    if signs.unread_results:
        raised.append(Flag.RESULT_UNREAD)
    if signs.new_reflection:
        raised.append(Flag.REFLECTION_UNREAD)
    if signs.walking and now - (signs.last_contact or signs.since) > UNSEEN:
        raised.append(Flag.NOT_SEEN)
    if signs.overdue_since:
        raised.append(Flag.TASK_OVERDUE)
    if signs.walking and _is_long(signs, now):
        raised.append(Flag.LONG_ON_STEP)
    return tuple(raised)


def _is_long(signs: Signs, now: datetime) -> bool:
    if signs.long_days is None or signs.on_step_since is None:
        return False
    return now - signs.on_step_since > timedelta(days=signs.long_days)
