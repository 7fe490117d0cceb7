"""Group statistics: numbers worked out by hand, and no statistics of too few people."""

from dataclasses import replace
from fractions import Fraction
from statistics import fmean, stdev

import pytest

from assessments.instruments.definition import Instrument, Item, Keyed, Response, Scale
from assessments.statistics import groups
from assessments.statistics.groups import Bar, Percentile, alpha_of, item_rest, quantile
from assessments.statistics.totals import ScaleTotals, add
from tests.support.assessments.files import instrument

PLAIN = instrument()


def statistics(questionnaire: Instrument, people: list[dict[str, int]]):
    return groups.statistics(questionnaire, add(questionnaire, {}, people))


def own_norms(questionnaire: Instrument, people: list[dict[str, int]]):
    return groups.own_norms(questionnaire, add(questionnaire, {}, people))


def totals_of(*rows: tuple[int, ...]) -> ScaleTotals:
    """The totals of people with these answers to the items of one scale."""
    names = [f"i{n}" for n in range(len(rows[0]))]
    scale = Scale("one", "One", tuple(Keyed(name, False) for name in names), 0)
    items = tuple(Item(name, "x") for name in names)
    one = replace(PLAIN, items=items, scales=(scale,))
    return add(one, {}, [dict(zip(names, row, strict=True)) for row in rows])["one"]


def answers(anxiety: int, avoidance: int = 4) -> dict[str, int]:
    """Answers on which both items of each scale agree."""
    return {"q1": anxiety, "q2": 8 - anxiety, "q3": avoidance, "q4": 8 - avoidance}


def group(**people: int) -> list[dict[str, int]]:
    """People with each anxiety score: `group(at_2=10)` is ten people with a score of 2."""
    return [answers(int(at[3:])) for at, count in people.items() for _ in range(count)]


def test_no_statistics_of_fewer_than_thirty_people():
    assert statistics(PLAIN, group(at_2=29)) == ()
    assert statistics(PLAIN, []) == ()
    assert groups.statistics(PLAIN, {}) == ()
    thirty = statistics(PLAIN, group(at_2=30))
    assert [entry.people for entry in thirty] == [30, 30]
    assert [entry.scale.id for entry in thirty] == ["anxiety", "avoidance"]


def test_mean_and_spread_by_hand():
    # 20 people at 2 and 20 at 6: mean 4, deviations of 2, sample variance 40 * 4 / 39.
    result = statistics(PLAIN, group(at_2=20, at_6=20))[0]
    assert result.mean == 4
    assert result.sd == 2.0  # 2.0255
    # 1.96 * 2.0255 / sqrt(40) = 0.6277.
    assert result.mean_interval == (3.4, 4.6)
    uneven = [2] * 10 + [3] * 13 + [7] * 20
    result = statistics(PLAIN, [answers(at) for at in uneven])[0]
    assert result.mean == round(fmean(uneven), 1)
    assert result.sd == round(stdev(uneven), 1)


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


def test_two_items_that_agree_by_hand():
    """After reversing both are equal: alpha is 1, and so is each correlation."""
    result = statistics(PLAIN, group(at_2=15, at_6=15))[0]
    assert (result.alpha, result.alpha_interval) == (1, (1, 1))
    assert result.item_rest == (("q1", 1), ("q2", 1))


def test_alpha_by_hand():
    # Items (1, 2, 3), (2, 2, 5), (2, 4, 3), variances 1, 3, 1, together 5; totals 5, 8, 11 have
    # variance 9: 3 / 2 * (1 - 5 / 9) = 0.66667.
    totals = totals_of((1, 2, 2), (2, 2, 4), (3, 5, 3))
    assert alpha_of(totals) == pytest.approx(2 / 3)
    # Item 1 against the rest 4, 6, 8 rises evenly: exactly 1.
    assert item_rest(totals)[0] == pytest.approx(1)
    # Item 3 (2, 4, 3) against 3, 4, 8: deviations -1, 1, 0 and -2, -1, 3; products 2 - 1 + 0 = 1;
    # 1 / sqrt(2 * 14) = 0.18898.
    assert item_rest(totals)[2] == pytest.approx(0.188982, abs=1e-6)


def test_no_alpha_or_correlation():
    assert alpha_of(totals_of((1,), (2,))) is None
    # Two people and two items are enough: variances 2 and 2, totals 2 and 6 have 8; 2 * (1 - 1/2).
    assert alpha_of(totals_of((1, 1), (3, 3))) == 1
    assert alpha_of(totals_of((1, 1), (3, 2))) == pytest.approx(8 / 9)  # 2 * (1 - 2.5 / 4.5)
    assert alpha_of(totals_of((1, 2), (2, 1))) is None
    assert item_rest(totals_of((1, 2), (1, 3))) == [None, None]


def test_what_cannot_be_computed_is_not_shown():
    """Everyone answers alike."""
    result = statistics(PLAIN, group(at_3=30))[0]
    assert (result.alpha, result.alpha_interval) == (None, None)
    assert result.item_rest == (("q1", None), ("q2", None))
    assert (result.sd, result.mean_interval) == (0, (3, 3))


def varied(count: int) -> list[dict[str, int]]:
    return [answers(1 + n % 7, 1 + n % 5) | {"q2": 1 + n % 3} for n in range(count)]


def test_everything_is_rounded():
    """Scores and correlations to one decimal, alpha to two, so that no page can show more."""
    for entry in statistics(PLAIN, varied(310)):
        tenths = [entry.mean, entry.sd, *entry.mean_interval]
        tenths += [r for _item, r in entry.item_rest]
        for one in entry.percentiles:
            tenths += [one.score, *one.interval]
        assert [round(number, 1) for number in tenths] == tenths
        hundredths = [entry.alpha, *entry.alpha_interval]
        assert [round(number, 2) for number in hundredths] == hundredths


def test_alpha_has_its_interval():
    people = [answers(at) for at in (1, 3, 5, 7) * 10]
    for n, one in enumerate(people):
        one["q2"] = 8 - min(7, max(1, one["q1"] + (2 if n % 3 else -2)))
    entry = statistics(PLAIN, people)[0]
    # 1 - 0.164 * F, with quantiles of 39 and 39 degrees of freedom, 1.891 and 0.529.
    assert entry.alpha == 0.84
    assert entry.alpha_interval == (0.69, 0.91)


def test_quartiles_from_a_hundred_people_on_and_tails_from_three_hundred():
    listed = {count: [one.percent for one in statistics(PLAIN, varied(count))[0].percentiles]
              for count in (99, 100, 299, 300)}  # fmt: skip
    every = [5, 10, 25, 50, 75, 90, 95]
    assert listed == {99: [], 100: [25, 50, 75], 299: [25, 50, 75], 300: every}
    # Fifty people at 1 and fifty at 7: 50 +- 9.8 of them lie below the median.
    entry = statistics(PLAIN, group(at_1=50, at_7=50))[0]
    assert entry.percentiles == (
        Percentile(25, 1.0, (1.0, 1.0)), Percentile(50, 4.0, (1.0, 7.0)),
        Percentile(75, 7.0, (7.0, 7.0)),
    )  # fmt: skip


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
        "n": 100, "mean": 4.0, "sd": 2.0, "percentiles": {"25": 2, "50": 4, "75": 6},
    }  # fmt: skip
    assert own_norms(PLAIN, people[1:]) == {}
    tails = own_norms(PLAIN, people * 3)["anxiety"]["percentiles"]
    assert tails == {"5": 2, "10": 2, "25": 2, "50": 4, "75": 6, "90": 6, "95": 6}


def test_own_norms_are_rounded_to_one_place():
    people = group(at_2=34, at_3=33, at_7=33)
    norms = own_norms(PLAIN, people)["anxiety"]
    assert (norms["n"], norms["mean"], norms["sd"]) == (100, 4.0, 2.2)  # 3.98, 2.17
    people = group(at_1=34, at_2=34, at_4=34)
    assert own_norms(PLAIN, people)["anxiety"]["mean"] == 2.3
    thirds = [{"q1": 1 + n % 2, "q2": 4, "q3": 4, "q4": 4} for n in range(102)]
    assert own_norms(PLAIN, thirds)["anxiety"]["percentiles"]["50"] == 2.8  # 2.75


def test_people_who_thought_of_different_relationships_are_no_norms():
    about = replace(PLAIN, targets=("My mother", "My father"))
    assert not groups.may_have_norms(about)
    assert groups.may_have_norms(PLAIN)
    assert own_norms(about, group(at_2=50, at_6=50)) == {}
    assert statistics(about, group(at_2=50, at_6=50))[0].percentiles == ()


def test_the_order_of_scales_does_not_matter():
    mixed: Instrument = replace(PLAIN, scales=PLAIN.scales[::-1])
    result = statistics(mixed, group(at_3=30))
    assert [(t.scale.id, t.mean) for t in result] == [("avoidance", 4.0), ("anxiety", 3.0)]
