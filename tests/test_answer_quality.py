"""How an attempt was answered: time, pauses, long rows, gaps."""

from datetime import UTC, datetime, timedelta

import pytest

from assessments.answer_quality import judge, longest_row
from tests.assessment_files import instrument, of_key

START = datetime(2026, 1, 1, tzinfo=UTC)
ECR_S = instrument(of_key("ecr-s"))


def after(*seconds: float) -> list[datetime]:
    return [START + timedelta(seconds=second) for second in seconds]


def test_time_and_pauses():
    # Gaps of 4, 6, 400 (a pause) and 5 seconds: 15 seconds of answering, 5 typically.
    found = judge(ECR_S, {}, START, after(4, 10, 410, 415))
    assert (found.seconds, found.pauses, found.typical) == (15, 1, 5)
    assert not found.fast
    assert judge(ECR_S, {}, START, after(1, 2, 3)).fast


def test_answers_that_arrive_together_share_their_time():
    # A page of four after 20 seconds, without JavaScript: 5 seconds each, not 0.
    found = judge(ECR_S, {}, START, after(20, 20, 20, 20))
    assert (found.seconds, found.typical, found.fast) == (20, 5, False)


def test_no_answers():
    found = judge(ECR_S, {}, START, [])
    assert (found.seconds, found.typical, found.row) == (None, None, None)
    assert len(found.missing) == 12


@pytest.mark.parametrize(("length", "long"), [(5, False), (6, True), (12, True)])
def test_long_rows(length, long):
    """Half of twelve items is long."""
    values = [3] * length + [1, 2] * 6
    choices = {str(n): values[n - 1] for n in range(1, 13)}
    found = judge(ECR_S, choices, START, [])
    assert (found.row.value, found.row.first, found.row.last) == (3, 1, length)
    assert found.long_row is long


def test_a_gap_ends_a_row_and_is_counted():
    choices = {str(n): 4 for n in range(1, 13)} | {"6": None}
    del choices["3"]
    row = longest_row(ECR_S, choices)
    assert (row.first, row.last) == (7, 12)
    found = judge(ECR_S, choices, START, [])
    assert (found.missing, found.left_out) == ((3,), (6,))
