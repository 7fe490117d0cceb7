"""The three dates of a WordPress post, any of which may be missing, zero or invalid."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

# A date beyond these years is a mistake, and a time zone could shift it out of the calendar.
YEARS = range(1900, 2201)
# The largest offset from UTC of any place on earth.
LARGEST_OFFSET = timedelta(hours=14)

# A year of four digits: WordPress writes a missing date as -0001, which parsers take for 1999.
_WRITTEN = re.compile(r"[A-Za-z]{3} \d{4} ")


def stamp(text: str) -> datetime | None:
    """2019-03-01 10:00:00 without a zone; None for 0000-00-00, the 30th of February, or words."""
    try:
        date = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    return date if date.year in YEARS else None


def offset(local: str, gmt: str) -> tzinfo | None:
    """The site's offset from UTC, if a post has both times."""
    site_time, utc = stamp(local), stamp(gmt)
    if site_time is None or utc is None or abs(site_time - utc) > LARGEST_OFFSET:
        return None
    return timezone(site_time - utc)


def _rss(text: str) -> datetime | None:
    if not _WRITTEN.search(text):
        return None
    try:
        date = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if date.year not in YEARS:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def publication_time(local: str, gmt: str, published: str, zone: tzinfo) -> datetime | None:
    """The UTC time; without it the site's own time; without that the feed's date."""
    utc, site_time = stamp(gmt), stamp(local)
    if utc:
        return utc.replace(tzinfo=UTC)
    if site_time:
        return site_time.replace(tzinfo=zone).astimezone(UTC)
    return _rss(published)
