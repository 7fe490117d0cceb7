"""Until when a clinician looks at a request for a first session."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import working_days


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2031, 5, 1, 0, 0), date(2031, 5, 1)),  # Thursday
        (datetime(2031, 5, 1, 15, 59), date(2031, 5, 1)),
        (datetime(2031, 5, 1, 16, 0), date(2031, 5, 2)),
        (datetime(2031, 5, 2, 15, 59), date(2031, 5, 2)),
        (datetime(2031, 5, 2, 16, 0), date(2031, 5, 5)),  # Friday to Monday
        (datetime(2031, 5, 3, 9, 0), date(2031, 5, 5)),
        (datetime(2031, 5, 4, 9, 0), date(2031, 5, 5)),  # Sunday to Monday
        (datetime(2031, 5, 4, 23, 0), date(2031, 5, 5)),
    ],
)
def test_the_same_working_day_or_the_next(asked, due):
    assert working_days.due_on(asked) == due


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_it_is_never_long_nor_in_the_past(asked):
    due = working_days.due_on(asked)
    assert timedelta(0) <= due - asked.date() <= timedelta(days=3)
    assert due.weekday() < 5
    assert (due == asked.date()) == (asked.weekday() < 5 and asked.hour < 16)
