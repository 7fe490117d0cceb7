"""No small group is shown, and none follows from a sum."""

from hypothesis import given
from hypothesis import strategies as st

from clients.hiding import FEWEST, hide, total

COUNTS = st.lists(st.integers(0, 12), max_size=9)


@given(COUNTS)
def test_no_small_group_is_shown(counts):
    shown = hide(counts)
    assert all(seen in (None, count) for seen, count in zip(shown, counts, strict=True))
    assert not [seen for seen in shown if seen is not None and 0 < seen < FEWEST]


@given(COUNTS)
def test_what_is_missing_does_not_follow_from_the_sum(counts):
    shown, whole = hide(counts), total(counts)
    hidden = shown.count(None)
    if hidden and whole is not None:
        assert hidden >= 2
        assert whole - sum(seen or 0 for seen in shown) >= FEWEST


@given(COUNTS)
def test_large_groups_alone_are_all_shown(counts):
    large = [count + FEWEST for count in counts]
    assert hide(large) == tuple(large)
    assert total(large) == sum(large)


def test_examples():
    assert hide([3, 8, 20]) == (None, None, 20)
    assert hide([1, 1, 9]) == (None, None, None)
    assert hide([0, 7]) == (0, 7)
    assert hide([3]) == (None,)
    assert total([3]) is None
