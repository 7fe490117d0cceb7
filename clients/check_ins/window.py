"""For how long a client can say how a session was. Pure."""

from datetime import datetime, timedelta

# The same in clients/database/check_ins.sql.
OPEN_FOR = timedelta(days=7)


def closes_at(began: datetime) -> datetime:
    """The time from which the answers of a session stay as they are."""
    return began + OPEN_FOR


def is_open(began: datetime, now: datetime, *, held: bool) -> bool:
    """Whether the client can answer now: only about a session that is recorded as held, which may
    be a little before its planned time."""
    return held and now < closes_at(began)
