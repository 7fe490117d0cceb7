"""The times of a series: the same weekday and time of day in every time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clients.sessions.recurrence import occurrences, shifted

ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
WEEK = timedelta(weeks=1)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    aware = local.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


@given(first=TIMES, weeks=st.integers(1, 4), many=st.integers(1, 30), zone=ZONES)
def test_a_series_keeps_its_weekday_and_its_time_of_day(first, weeks, many, zone):
    times = occurrences(first, weeks=weeks, many=many, zone=zone)
    assert len(times) == many
    assert times[0] == first
    begins = first.astimezone(zone).replace(tzinfo=None)
    for n, at in enumerate(times):
        meant = begins + n * weeks * WEEK
        local = at.astimezone(zone).replace(tzinfo=None)
        if exists(meant, zone):
            assert local == meant
        else:
            assert local > meant, "a skipped time is later, as far as the clock was put forward"
        assert at.utcoffset() == timedelta(0)
    assert times == sorted(set(times))


@given(first=TIMES, days=st.integers(-6, 20), minutes=st.integers(0, 1439), zone=ZONES)
def test_a_shifted_series_is_the_series_of_the_shifted_session(first, days, minutes, zone):
    """Moving every session by as many days gives what planning from the new first one would."""
    begins = first.astimezone(zone).replace(tzinfo=None)
    clock = datetime.min + timedelta(minutes=minutes)
    local = datetime.combine(begins.date() + timedelta(days=days), clock.time())
    assume(exists(local, zone))
    new = local.replace(tzinfo=zone).astimezone(UTC)
    old = occurrences(first, weeks=1, many=12, zone=zone)
    # A date on the day that a zone left out altogether has no day to count from.
    assume(all(exists(begins + n * WEEK, zone) for n in range(12)))
    moved = [shifted(at, old=first, new=new, zone=zone) for at in old]
    assert moved == occurrences(new, weeks=1, many=12, zone=zone)


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [("Europe/Berlin", datetime(2026, 10, 19, 16, 0), [14, 15]),
     ("America/New_York", datetime(2026, 3, 2, 10, 0), [15, 14]),
     ("Asia/Kolkata", datetime(2026, 10, 19, 16, 30), [11, 11])],
)  # fmt: skip
def test_a_series_over_a_clock_change(zone, first, hours):
    zone = ZoneInfo(zone)
    times = occurrences(first.replace(tzinfo=zone), weeks=1, many=2, zone=zone)
    assert [at.hour for at in times] == hours


def test_a_skipped_and_a_repeated_time():
    berlin = ZoneInfo("Europe/Berlin")
    half_past_two = datetime(2026, 3, 22, 2, 30, tzinfo=berlin)
    skipped = occurrences(half_past_two, weeks=1, many=3, zone=berlin)
    assert [at.astimezone(berlin).hour for at in skipped] == [2, 3, 2]
    repeated = occurrences(half_past_two.replace(month=10, day=18), weeks=1, many=2, zone=berlin)
    assert repeated[1] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the first of the two"
