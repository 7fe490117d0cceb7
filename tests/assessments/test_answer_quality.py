"""How an attempt was answered: time, pauses, long runs, gaps and contradictions."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.catalogue import own_questionnaires
from assessments.instruments.definition import Instrument, Response
from assessments.instruments.file import read_instrument
from assessments.results.answer_quality import (
    Contradiction,
    contradictions,
    judge,
    longest_run,
)
from tests.support.assessments.files import instrument, of_key

START = datetime(2026, 1, 1, tzinfo=UTC)
ECR_S = instrument(of_key("ecr-s"))
OWN = read_instrument((own_questionnaires.FILES / "psywellpath-closeness-2.json").read_bytes())


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


ECR = instrument(of_key("ecr"))


def consistent(questionnaire: Instrument, level: int) -> dict[str, int]:
    """Answers that say the same throughout: `level` after reversing."""
    return {
        keyed.item: 8 - level if keyed.reverse else level
        for scale in questionnaire.scales
        for keyed in scale.keyed
    }


def test_the_same_level_throughout_contradicts_nothing():
    for level in range(1, 8):
        found = contradictions(ECR, consistent(ECR, level))
        # Anxiety has 17 statements and 1 reversed one, avoidance 9 of each.
        assert (found.pairs, found.apart, found.many, found.plainest) == (98, 0, False, ())


def test_contradictions_by_hand():
    """On avoidance, every reversed statement is answered like the others; anxiety is consistent."""
    answers = consistent(ECR, 6) | {str(n): 6 for n in (3, 15, 19, 25, 27, 29, 31, 33, 35)}
    found = contradictions(ECR, answers)
    # 81 pairs are 4 apart (6 against 8 - 6), 17 agree.
    assert found.apart == Fraction(81 * 4, 98)
    assert found.many
    assert found.plainest == (
        Contradiction(1, 6, 3, 6, 4), Contradiction(5, 6, 15, 6, 4), Contradiction(7, 6, 19, 6, 4),
    )  # fmt: skip


def test_the_plainest_contradiction_comes_first():
    answers = consistent(ECR, 4) | {"11": 7, "27": 7}
    found = contradictions(ECR, answers)
    assert found.plainest[0] == Contradiction(11, 7, 27, 7, 6)
    # Each of the two is 3 apart from the others, but is named once only.
    assert len(found.plainest) == 1
    assert not found.many


def test_a_third_of_the_scale_apart_is_many():
    """36 pairs on one scale: half of them are 4 apart and the others agree, which is exactly 2."""
    anxiety = OWN.scales[0]
    forward = [keyed.item for keyed in anxiety.keyed if not keyed.reverse]
    answers = {keyed.item: 6 for keyed in anxiety.keyed if keyed.reverse}
    answers |= dict.fromkeys(forward[:3], 6) | dict.fromkeys(forward[3:], 2)
    assert (contradictions(OWN, answers).apart, contradictions(OWN, answers).many) == (2, True)
    answers[forward[0]] = 5
    assert contradictions(OWN, answers).apart == Fraction(66, 36)
    assert not contradictions(OWN, answers).many


def test_unanswered_statements_are_in_no_pair():
    answers: dict[str, int | None] = dict(consistent(ECR, 3))
    answers["22"] = None  # The only reversed statement of anxiety.
    del answers["1"]
    assert contradictions(ECR, answers).pairs == 8 * 9


@pytest.mark.parametrize(("name", "pairs"), [("ecr-s", 14), ("ecr-rs", 8)])
def test_few_opposite_statements_are_judged_by_a_stricter_limit(name, pairs):
    """Two thirds of the response scale apart, instead of one third: 4 points of 6."""
    questionnaire = instrument(of_key(name))
    assert contradictions(questionnaire, consistent(questionnaire, 3)).pairs == pairs
    assert not contradictions(questionnaire, consistent(questionnaire, 3)).many
    for value, apart in ((7, 6), (6, 4), (2, 4)):
        found = contradictions(questionnaire, dict.fromkeys(questionnaire.item_ids, value))
        assert (found.apart, found.many) == (apart, True)
    # As far as this, answers to many pairs contradict each other; with few it may be chance.
    assert not contradictions(questionnaire, dict.fromkeys(questionnaire.item_ids, 5)).many
    odd = dict.fromkeys(questionnaire.item_ids, 7) | {questionnaire.item_ids[0]: 6}
    assert contradictions(questionnaire, odd).many


def test_too_few_opposite_statements_are_not_judged():
    assert judge(ECR_S, {}, START, []).contradictions is None
    answers = {
        k: v for k, v in consistent(ECR, 3).items() if k not in {"22", "1", "5", "7", "9", "11"}
    }
    assert contradictions(ECR, answers).pairs == 36
    rest = ("3", "15", "19", "25", "27", "29", "31", "33")
    assert contradictions(ECR, {k: v for k, v in answers.items() if k not in rest}) is None
    assert judge(ECR, consistent(ECR, 3), START, []).contradictions.pairs == 98


def test_other_response_scales():
    """The limits go with the length of the response scale."""
    five = replace(ECR, response=Response(0, 4, ((0, "a"), (4, "b"))))
    same = dict.fromkeys(five.item_ids, 4)
    found = contradictions(five, same)
    assert (found.apart, found.at_random, found.many) == (4, Fraction(8, 5), True)
    assert contradictions(ECR, dict.fromkeys(ECR.item_ids, 7)).at_random == Fraction(16, 7)
    middle = contradictions(five, dict.fromkeys(five.item_ids, 2))
    assert (middle.apart, middle.plainest) == (0, ())


def honest(chance: random.Random, leaning: float) -> dict[str, int]:
    """Somebody whose answers follow a level of their own, so that alpha is about .85; `leaning` is
    the spread of a habit of agreeing (or not) whatever the statement says."""
    answers, habit = {}, chance.gauss(0, leaning)
    for scale in OWN.scales:
        level = chance.gauss(3.4, 0.96)
        for keyed in scale.keyed:
            value = chance.gauss(level, 1.4)
            answer = (8 - value if keyed.reverse else value) + habit
            answers[keyed.item] = max(1, min(7, round(answer)))
    return answers


def test_most_answering_at_random_is_recognised(capsys):
    """The shares are in docs/clinical.md."""
    chance = random.Random(1)
    kinds = {
        "at random": lambda: {item: chance.randint(1, 7) for item in OWN.item_ids},
        "honest": lambda: honest(chance, 0),
        "honest, with a habit of agreeing": lambda: honest(chance, 0.5),
    }
    shares = {
        kind: sum(contradictions(OWN, answer()).many for _ in range(2000)) / 2000
        for kind, answer in kinds.items()
    }
    with capsys.disabled():
        print("\nmarked as contradictory:", {kind: f"{s:.1%}" for kind, s in shares.items()})
    assert shares["at random"] > 0.84
    assert shares["honest"] < 0.03
    assert shares["honest, with a habit of agreeing"] < 0.2


@given(st.dictionaries(st.sampled_from(OWN.item_ids), st.none() | st.integers(1, 7)))
def test_whatever_the_answers(answers):
    """Turning every answer round changes no distance, and nothing is named that is not there."""
    found = contradictions(OWN, answers)
    turned = {item: None if v is None else 8 - v for item, v in answers.items()}
    other = contradictions(OWN, turned)
    assert (found is None) == (other is None)
    if found is None:
        return
    assert (found.pairs, found.apart, found.many) == (other.pairs, other.apart, other.many)
    assert 0 <= found.apart <= 6
    for pair in found.plainest:
        assert answers[OWN.item_ids[pair.forward - 1]] == pair.forward_value
        assert answers[OWN.item_ids[pair.reversed - 1]] == pair.reversed_value
        assert 3 <= pair.apart == abs(pair.forward_value + pair.reversed_value - 8)
