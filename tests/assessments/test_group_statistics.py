"""Group statistics: numbers worked out by hand, and no statistics of too few people."""

from dataclasses import replace
from fractions import Fraction
from statistics import fmean, stdev

import pytest

from assessments.instruments.definition import Instrument, Response
from assessments.statistics.groups import (  # fmt: skip
    Bar,
    complete_rows,
    own_norms,
    quantile,
    scores,
    statistics,
)
from tests.support.assessments.files import instrument

PLAIN = instrument()


def answers(anxiety: int, avoidance: int = 4) -> dict[str, int]:
    """Answers on which both items of each scale agree."""
    return {"q1": anxiety, "q2": 8 - anxiety, "q3": avoidance, "q4": 8 - avoidance}


def group(**people: int) -> list[dict[str, int]]:
    """People with each anxiety score: `group(at_2=10)` is ten people with a score of 2."""
    return [answers(int(at[3:])) for at, count in people.items() for _ in range(count)]


def test_no_statistics_of_fewer_than_thirty_people():
    assert statistics(PLAIN, group(at_2=29)) == (None, None)
    assert statistics(PLAIN, []) == (None, None)
    thirty = statistics(PLAIN, group(at_2=30))
    assert [entry.people for entry in thirty] == [30, 30]
    assert [entry.scale.id for entry in thirty] == ["anxiety", "avoidance"]


def test_only_those_with_a_score_count():
    """A scale that too few people answered has no statistics; the other one does."""
    people = [*group(at_2=29), {"q1": 6, "q2": 2}]
    result = statistics(PLAIN, people)
    assert result[0].people == 30
    assert result[1] is None
    assert scores(PLAIN, PLAIN.scales[1], people) == [Fraction(4)] * 29


def test_mean_and_spread_by_hand():
    # 20 people at 2 and 20 at 6: mean 4, deviations of 2, sample variance 40 * 4 / 39.
    result = statistics(PLAIN, group(at_2=20, at_6=20))[0]
    assert result.mean == 4
    assert result.sd == pytest.approx((160 / 39) ** 0.5)
    uneven = [2] * 10 + [3] * 13 + [7] * 20
    result = statistics(PLAIN, [answers(at) for at in uneven])[0]
    assert result.mean == pytest.approx(fmean(uneven))
    assert result.sd == pytest.approx(stdev(uneven))


def test_bars_by_hand():
    """From 1 to 7 by halves: twelve bars; 7 itself is in the last one."""
    people = group(at_1=10, at_2=29, at_4=1, at_7=60)
    result = statistics(PLAIN, people)[0]
    assert len(result.bars) == 12
    assert [(bar.low, bar.high) for bar in result.bars] == [
        (1 + n / 2, 1.5 + n / 2) for n in range(12)
    ]
    filled = {bar.low: (bar.share, bar.some) for bar in result.bars if bar.some}
    # Rounded to 5 %; the bar of the one person at 4 is marked, but its share is 0.
    assert filled == {1.0: (10, True), 2.0: (30, True), 4.0: (0, True), 6.5: (60, True)}
    assert result.bars[1] == Bar(1.5, 2.0, 0, False)
    assert result.largest_share == 60


def test_a_score_on_the_edge_of_two_bars_is_in_the_upper_one():
    people = [{"q1": 3, "q2": 4, "q3": 4, "q4": 4}] * 30  # (3 + 4) / 2 = 3.5
    result = statistics(PLAIN, people)[0]
    assert [bar.low for bar in result.bars if bar.some] == [3.5]


@pytest.mark.parametrize(
    ("low", "high", "count"),
    [(1, 5, 8), (0, 7, 14), (1, 8, 14), (0, 8, 14), (0, 100, 14), (0, 1, 2)],
)
def test_a_long_response_scale_has_as_many_bars_as_a_short_one(low, high, count):
    wide = replace(PLAIN, response=Response(low, high, ((low, "a"), (high, "b"))))
    ends = [{"q1": low, "q2": high, "q3": low, "q4": low}] * 15
    ends += [{"q1": high, "q2": low, "q3": low, "q4": low}] * 15
    bars = statistics(wide, ends)[0].bars
    assert len(bars) == count
    assert (bars[0].low, bars[-1].high) == (low, pytest.approx(high))
    assert (bars[0].share, bars[-1].share) == (50, 50)


def incomplete(count: int) -> list[dict[str, int]]:
    """People with scores who left one item of the anxiety scale unanswered."""
    return [{"q1": 1 + n % 7, "q3": 4, "q4": 4} for n in range(count)]


def complete(count: int) -> list[dict[str, int]]:
    return [answers(1 + n % 7, 1 + n % 5) | {"q2": 1 + n % 3} for n in range(count)]


def test_alpha_and_correlations_require_thirty_complete_people():
    """Thirty people have a score, but only five answered everything: too few for alpha."""
    few = statistics(PLAIN, complete(5) + incomplete(25))[0]
    assert (few.people, few.complete, few.alpha) == (30, 5, None)
    assert few.item_rest == (("q1", None), ("q2", None))
    almost = statistics(PLAIN, complete(29) + incomplete(9))[0]
    assert (almost.complete, almost.alpha) == (29, None)
    enough = statistics(PLAIN, complete(30) + incomplete(9))[0]
    assert enough.complete == 30
    assert enough.alpha is not None
    assert [name for name, _ in enough.item_rest] == ["q1", "q2"]
    assert all(correlation is not None for _, correlation in enough.item_rest)


def test_two_items_that_agree_by_hand():
    """After reversing both are equal: alpha is 1, and so is each correlation."""
    result = statistics(PLAIN, group(at_2=15, at_6=15))[0]
    assert result.alpha == 1
    assert result.item_rest == (("q1", pytest.approx(1)), ("q2", pytest.approx(1)))


def test_complete_rows_are_reversed():
    people = [{"q1": 2, "q2": 7, "q3": 1, "q4": 1}, {"q1": 5}, {"q1": 6, "q2": 3}]
    assert complete_rows(PLAIN, PLAIN.scales[0], people) == [[2, 1], [6, 5]]


def test_quantiles_by_hand():
    ordered = [Fraction(n) for n in (1, 2, 4, 8)]
    quantiles = {percent: quantile(ordered, percent) for percent in (0, 25, 50, 75, 90, 100)}
    assert quantiles == {0: 1, 25: Fraction(7, 4), 50: 3, 75: 5, 90: Fraction(34, 5), 100: 8}
    assert quantile([Fraction(3)], 50) == 3


def test_own_norms_from_a_hundred_people_on():
    # 50 people at 2 and 50 at 6: mean 4, sample SD sqrt(400 / 99).
    people = group(at_2=50, at_6=50)
    norms = own_norms(PLAIN, people)
    assert set(norms) == {"anxiety", "avoidance"}
    assert norms["anxiety"] == {
        "n": 100, "mean": 4.0, "sd": 2.01,
        "percentiles": {"5": 2, "10": 2, "25": 2, "50": 4, "75": 6, "90": 6, "95": 6},
    }  # fmt: skip
    assert own_norms(PLAIN, people[1:]) == {}


def test_own_norms_are_rounded_to_two_places():
    people = group(at_2=34, at_3=33, at_7=33)
    norms = own_norms(PLAIN, people)["anxiety"]
    assert (norms["n"], norms["mean"], norms["sd"]) == (100, 3.98, 2.17)
    people = group(at_1=34, at_2=34, at_4=34)
    assert own_norms(PLAIN, people)["anxiety"]["mean"] == 2.33
    # Of 102 scores, the 5th percentile lies a twentieth of the way from the sixth to the seventh.
    few = [{"q1": 1, "q2": 7, "q3": 4, "q4": 4}] * 6 + [{"q1": 1, "q2": 6, "q3": 4, "q4": 4}] * 96
    assert own_norms(PLAIN, few)["anxiety"]["percentiles"]["5"] == pytest.approx(1.02)
    thirds = [{"q1": 1 + n % 2, "q2": 4, "q3": 4, "q4": 4} for n in range(102)]
    assert own_norms(PLAIN, thirds)["anxiety"]["percentiles"]["50"] == 2.75


def test_a_scale_that_few_answered_has_no_norms_and_the_next_one_has():
    people = [{"q3": 2, "q4": 6}] * 100
    assert list(own_norms(PLAIN, people)) == ["avoidance"]


def test_the_order_of_scales_does_not_matter():
    mixed: Instrument = replace(PLAIN, scales=PLAIN.scales[::-1])
    result = statistics(mixed, group(at_3=30))
    assert [(t.scale.id, t.mean) for t in result] == [("avoidance", 4.0), ("anxiety", 3.0)]
