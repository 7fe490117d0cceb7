"""When a questionnaire can be repeated. Pure."""

from datetime import datetime, timedelta

# An earlier retest measures memory more than change (common practice in the field, no source).
APART = timedelta(weeks=4)


def too_soon_until(last: datetime, now: datetime) -> datetime | None:
    """The time from which a retest makes sense; None if it makes sense now."""
    until = last + APART
    return until if now < until else None
