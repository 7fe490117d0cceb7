"""When a questionnaire may be filled in once more. Pure."""

from datetime import datetime, timedelta

# Retesting earlier measures memory more than change: common knowledge of the field, no citation.
APART = timedelta(weeks=4)


def too_soon_until(last: datetime, now: datetime) -> datetime | None:
    """From when asking again makes sense, where that lies ahead; None where it makes sense now."""
    until = last + APART
    return until if now < until else None
