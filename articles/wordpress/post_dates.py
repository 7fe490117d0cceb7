"""The three dates of a WordPress post, any of which may be missing, zero or nonsense."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

# Beyond these a date is a slip of the pen, and some zone would carry it out of the calendar.
YEARS = range(1900, 2201)
# No place on earth is further from Greenwich than this.
FURTHEST = timedelta(hours=14)

# A year of four digits: WordPress writes its date of nothing as -0001, which readers take for 1999.
_WRITTEN = re.compile(r"[A-Za-z]{3} \d{4} ")


def stamp(text: str) -> datetime | None:
    """2019-03-01 10:00:00 as it stands; None for 0000-00-00, the 30th of February, or words."""
    try:
        found = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    return found if found.year in YEARS else None


def offset(local: str, gmt: str) -> tzinfo | None:
    """How far the site's clock was from Greenwich, where a post tells both times."""
    here, there = stamp(local), stamp(gmt)
    if here is None or there is None or abs(here - there) > FURTHEST:
        return None
    return timezone(here - there)


def _rss(text: str) -> datetime | None:
    if not _WRITTEN.search(text):
        return None
    try:
        found = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if found.year not in YEARS:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def moment(local: str, gmt: str, published: str, zone: tzinfo) -> datetime | None:
    """When it was: by the clock of Greenwich, else by the site's own, else by the feed's date."""
    exact, here = stamp(gmt), stamp(local)
    if exact:
        return exact.replace(tzinfo=UTC)
    if here:
        return here.replace(tzinfo=zone).astimezone(UTC)
    return _rss(published)
