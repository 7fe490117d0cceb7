"""Until when a clinician looks at a request for a first session. Pure.

The same working day; what arrives late in the day, or when nobody works, belongs to the next one.
"""

from datetime import date, datetime, timedelta

# Monday to Friday. The practice's holidays are not known here: a request is then shown as late.
WORKING_DAYS = frozenset(range(5))
# From this hour on, a request belongs to the next working day.
LATE_HOUR = 16


def due_on(asked_at: datetime) -> date:
    """The day, in the practice's time zone, in which `asked_at` is given."""
    day = asked_at.date()
    if asked_at.hour >= LATE_HOUR:
        day += timedelta(days=1)
    while day.weekday() not in WORKING_DAYS:
        day += timedelta(days=1)
    return day
