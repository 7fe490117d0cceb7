"""Totals of a group: added in whole batches of ten, exact, and the same in any order."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.statistics.totals import (
    BATCH,
    ItemTotals,
    ScaleTotals,
    add,
    as_json,
    from_json,
    is_complete,
    keyed_answers,
    whole_batches,
)
from tests.support.assessments.files import instrument

PLAIN = instrument()
ANXIETY = PLAIN.scales[0]


def answers(q1: int, q2: int, q3: int = 4, q4: int = 4) -> dict[str, int]:
    return {"q1": q1, "q2": q2, "q3": q3, "q4": q4}


@pytest.mark.parametrize(("waiting", "counted"), [(0, 0), (9, 0), (10, 10), (19, 10), (34, 30)])
def test_only_whole_batches(waiting, counted):
    people = list(range(waiting))
    assert list(whole_batches(people)) == people[:counted]


def test_totals_by_hand():
    """q2 is reversed: 8 - 2 = 6 and 8 - 7 = 1. The sums are 9 and 6."""
    totals = add(PLAIN, {}, [answers(3, 2), answers(5, 7)])
    assert totals["anxiety"] == ScaleTotals(
        sums=((6, 1), (9, 1)),
        # 3 + 5, 9 + 25, 3 * 9 + 5 * 6; 6 + 1, 36 + 1, 6 * 9 + 1 * 6.
        items=(ItemTotals(8, 34, 57), ItemTotals(7, 37, 60)),
    )
    assert list(totals) == ["anxiety", "avoidance"]
    assert totals["anxiety"].people == 2
    assert totals["anxiety"].scores() == [3, 4.5]
    more = add(PLAIN, totals, [answers(4, 6)])  # A sum of 6 again.
    assert more["anxiety"] == ScaleTotals(
        sums=((6, 2), (9, 1)), items=(ItemTotals(12, 50, 81), ItemTotals(9, 41, 72))
    )
    assert more["anxiety"].scores() == [3, 3, 4.5]


def test_answers_are_keyed_in_the_order_of_the_scale():
    assert keyed_answers(PLAIN, ANXIETY, answers(3, 2)) == [3, 6]


def test_nobody_is_added_by_part_of_their_answers():
    assert is_complete(PLAIN, answers(1, 1))
    for item in ("q1", "q2", "q3", "q4"):
        assert not is_complete(PLAIN, {k: v for k, v in answers(1, 1).items() if k != item})


def test_adding_nobody_changes_nothing():
    totals = add(PLAIN, {}, [answers(3, 2)] * BATCH)
    assert add(PLAIN, totals, []) == totals


people = st.lists(
    st.fixed_dictionaries({f"q{n}": st.integers(1, 7) for n in range(1, 5)}), max_size=30
)


@given(people, people, st.randoms())
def test_totals_are_the_same_in_any_order_and_division(first, second, chance):
    """So they do not say who came with whom, nor who came last."""
    whole = add(PLAIN, {}, first + second)
    mixed = first + second
    chance.shuffle(mixed)
    assert add(PLAIN, {}, mixed) == whole
    assert add(PLAIN, add(PLAIN, {}, first), second) == whole
    assert from_json(json.loads(json.dumps(as_json(whole)))) == whole
    for scale in PLAIN.scales:
        sums = sorted(sum(keyed_answers(PLAIN, scale, one)) for one in mixed)
        assert whole[scale.id].people == len(mixed)
        assert whole[scale.id].scores() == [s / 2 for s in sums]
        assert sum(item.products for item in whole[scale.id].items) == sum(s * s for s in sums)
