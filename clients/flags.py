"""Why a therapist should look at a client now: facts in, reasons out. Pure."""

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
    """`last_contact`: when the last session was held; `since`: when care began; `on_step_since`
    and `long_days`: the present step, and what three in four of the practice's stays on it do not
    exceed; `unread_results`: shared, and opened by no therapist since; `higher`: dimensions of the
    latest result that are reliably higher; `new_plan`, `new_reflection`: by the client since
    a therapist last opened the record; `walking`: neither paused nor closed."""

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
    """The reasons, most pressing first; none for a client who needs nothing."""
    found = []
    if signs.new_plan:
        found.append(Flag.PLAN_CHANGED)
    if signs.unrecorded_sessions:
        found.append(Flag.SESSION_TO_RECORD)
    if signs.higher:
        found.append(Flag.HIGHER)
    if signs.unread_results:
        found.append(Flag.RESULT_UNREAD)
    if signs.new_reflection:
        found.append(Flag.REFLECTION_UNREAD)
    if signs.walking and now - (signs.last_contact or signs.since) > UNSEEN:
        found.append(Flag.NOT_SEEN)
    if signs.overdue_since:
        found.append(Flag.TASK_OVERDUE)
    if signs.walking and _is_long(signs, now):
        found.append(Flag.LONG_ON_STEP)
    return tuple(found)


def _is_long(signs: Signs, now: datetime) -> bool:
    if signs.long_days is None or signs.on_step_since is None:
        return False
    return now - signs.on_step_since > timedelta(days=signs.long_days)
