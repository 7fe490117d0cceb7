"""The times of a series of sessions. Pure.

A series keeps its weekday and its time of day in the practice's time zone. What a clock change does
to it follows RFC 5545 (3.3.5): a time that is skipped is counted with the offset before the change,
and of a time that comes twice the first is meant.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def occurrences(first: datetime, *, weeks: int, many: int, zone: ZoneInfo) -> list[datetime]:
    """`many` times in UTC, `weeks` weeks apart, beginning with `first`."""
    begins = first.astimezone(zone).replace(tzinfo=None)
    later = (begins + timedelta(weeks=weeks * n) for n in range(1, many))
    return [first.astimezone(UTC), *(_in_utc(at, zone) for at in later)][:many]


def shifted(at: datetime, *, old: datetime, new: datetime, zone: ZoneInfo) -> datetime:
    """When a session at `at` is, if the one at `old` is moved to `new`: as many days later, and at
    the new time of day. In UTC."""
    if at == old:
        return new.astimezone(UTC)
    local, before, after = (time.astimezone(zone) for time in (at, old, new))
    day = local.date() + (after.date() - before.date())
    return _in_utc(datetime.combine(day, after.time()), zone)


def _in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
