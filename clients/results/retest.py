"""When a questionnaire can be repeated. Pure."""

from datetime import datetime, timedelta


def too_soon_until(last: datetime, now: datetime, apart: timedelta) -> datetime | None:
    """The time from which a retest makes sense; None if it makes sense now."""
    until = last + apart
    return until if now < until else None
