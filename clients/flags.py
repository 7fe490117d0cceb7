"""Why a therapist should look at a client now: facts in, reasons out. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

UNSEEN = timedelta(days=30)


class Flag(StrEnum):
    SESSION_TO_RECORD = "session to record"
    RESULT_UNREAD = "result unread"
    NOT_SEEN = "not seen for a month"
    TASK_OVERDUE = "task overdue"


@dataclass(frozen=True)
class Signs:
    """`last_contact`: when the last session was held; `since`: when care began;
    `unread_results`: shared, and opened by no therapist since."""

    since: datetime
    last_contact: datetime | None
    overdue_tasks: int
    unrecorded_sessions: int
    unread_results: int = 0


def flags(signs: Signs, now: datetime) -> tuple[Flag, ...]:
    """The reasons, most pressing first; none for a client who needs nothing."""
    found = []
    if signs.unrecorded_sessions:
        found.append(Flag.SESSION_TO_RECORD)
    if signs.unread_results:
        found.append(Flag.RESULT_UNREAD)
    if now - (signs.last_contact or signs.since) > UNSEEN:
        found.append(Flag.NOT_SEEN)
    if signs.overdue_tasks:
        found.append(Flag.TASK_OVERDUE)
    return tuple(found)
