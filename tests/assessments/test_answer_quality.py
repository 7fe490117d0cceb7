"""How an attempt was answered: time, pauses, long runs and gaps."""

from datetime import UTC, datetime, timedelta

import pytest

from assessments.results.answer_quality import judge, longest_run
from tests.support.assessments.files import instrument, of_key

START = datetime(2026, 1, 1, tzinfo=UTC)
ECR_S = instrument(of_key("ecr-s"))


def after(*seconds: float) -> list[datetime]:
    return [START + timedelta(seconds=second) for second in seconds]


def test_time_and_pauses():
    # Gaps of 4, 6, 400 (a pause) and 5 seconds: 15 seconds of answering, 5 typically.
    quality = judge(ECR_S, {}, START, after(4, 10, 410, 415))
    assert (quality.seconds, quality.pauses, quality.typical) == (15, 1, 5)
    assert not quality.fast
    assert judge(ECR_S, {}, START, after(1, 2, 3)).fast


def test_the_typical_gap_is_the_median():
    """One long gap among short ones hardly moves it, unlike the mean."""
    quality = judge(ECR_S, {}, START, after(1, 2, 102))
    assert (quality.seconds, quality.typical) == (102, 1)
    assert quality.fast


def test_a_pause_is_longer_than_five_minutes():
    quality = judge(ECR_S, {}, START, after(300, 601))
    assert (quality.seconds, quality.pauses) == (300, 1)
    pauses = judge(ECR_S, {}, START, after(301, 602))
    assert (pauses.seconds, pauses.pauses, pauses.typical, pauses.spent) == (None, 2, None, None)


def test_times_may_come_in_any_order():
    assert judge(ECR_S, {}, START, after(10, 4)) == judge(ECR_S, {}, START, after(4, 10))


@pytest.mark.parametrize(
    ("seconds", "spent"), [((60, 125), (2, 5)), ((59.6,), (1, 0)), ((0.4,), (0, 0))]
)
def test_the_time_spent_in_minutes_and_seconds(seconds, spent):
    assert judge(ECR_S, {}, START, after(*seconds)).spent == spent


def test_two_seconds_per_answer_are_not_fast():
    assert not judge(ECR_S, {}, START, after(2)).fast
    assert judge(ECR_S, {}, START, after(1.9)).fast
    assert not judge(ECR_S, {}, START, []).fast


def test_answers_within_a_twentieth_of_a_second_arrive_together():
    # The median of 0.04, 8 and 8 is 8; the mean, which shares the time, is 5.3.
    assert judge(ECR_S, {}, START, after(0.04, 8.04, 16.04)).typical == pytest.approx(16.04 / 3)
    assert judge(ECR_S, {}, START, after(0.05, 8.05, 16.05)).typical == pytest.approx(8)


def test_answers_that_arrive_together_share_their_time():
    # A page of four after 20 seconds, without JavaScript: 5 seconds each, not 0.
    quality = judge(ECR_S, {}, START, after(20, 20, 20, 20))
    assert (quality.seconds, quality.typical, quality.fast) == (20, 5, False)


def test_no_answers():
    quality = judge(ECR_S, {}, START, [])
    assert (quality.seconds, quality.typical, quality.run) == (None, None, None)
    assert len(quality.missing) == 12


@pytest.mark.parametrize(("length", "long"), [(5, False), (6, True), (12, True)])
def test_long_runs(length, long):
    """Half of twelve items is long."""
    values = [3] * length + [1, 2] * 6
    choices = {str(n): values[n - 1] for n in range(1, 13)}
    quality = judge(ECR_S, choices, START, [])
    assert (quality.run.value, quality.run.first, quality.run.last) == (3, 1, length)
    assert quality.long_run is long


@pytest.mark.parametrize(
    ("name", "length", "long"),
    [("ecr", 9, False), ("ecr", 10, True), ("ecr-s", 6, True), ("ecr-s", 5, False)],
)
def test_ten_of_many_or_half_of_few_are_a_long_run(name, length, long):
    questionnaire = instrument(of_key(name))
    items = questionnaire.item_ids
    choices = {item: 5 if n < length else 1 + n % 2 for n, item in enumerate(items)}
    quality = judge(questionnaire, choices, START, [])
    assert (quality.run.length, quality.long_run) == (length, long)


@pytest.mark.parametrize(("length", "long"), [(3, False), (4, True)])
def test_of_four_items_only_all_are_a_long_run(length, long):
    small = instrument()
    choices = {item: 5 if n < length else 1 for n, item in enumerate(small.item_ids)}
    assert judge(small, choices, START, []).long_run is long


def test_of_nine_items_five_are_a_long_run():
    """Half of nine, rounded up."""
    definition = of_key("ecr-s")
    nine = instrument(definition | {
        "items": definition["items"][:9],
        "scales": [{"id": "anxiety", "title": "A", "keyed": ["1"], "max_missing": 0},
                   {"id": "avoidance", "title": "B", "keyed": ["2"], "max_missing": 0}],
    })  # fmt: skip
    for length, long in [(4, False), (5, True)]:
        choices = {str(n): 5 if n <= length else 1 + n % 2 for n in range(1, 10)}
        assert judge(nine, choices, START, []).long_run is long


def test_of_two_equally_long_runs_the_first_is_given():
    choices = dict(zip(map(str, range(1, 13)), [1, 2, 2, 3, 3, 1, 2, 1, 2, 1, 2, 1], strict=True))
    run = longest_run(ECR_S, choices)
    assert (run.value, run.first, run.last, run.length) == (2, 2, 3, 2)
    assert longest_run(ECR_S, {}) is None
    assert judge(ECR_S, {}, START, []).long_run is False


def test_an_unanswered_item_ends_a_run_and_is_counted():
    choices = {str(n): 4 for n in range(1, 13)} | {"6": None}
    del choices["3"]
    run = longest_run(ECR_S, choices)
    assert (run.first, run.last) == (7, 12)
    quality = judge(ECR_S, choices, START, [])
    assert (quality.missing, quality.skipped) == ((3,), (6,))
