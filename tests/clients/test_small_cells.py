"""Small cells are suppressed, and none can be derived from the total."""

from hypothesis import given
from hypothesis import strategies as st

from clients.statistics.small_cells import FEWEST, hide

COUNTS = st.lists(st.integers(0, 12), max_size=9)


@given(COUNTS)
def test_no_small_count_is_shown(counts):
    shown = hide(counts)
    assert all(seen in (None, count) for seen, count in zip(shown, counts, strict=True))
    assert not [seen for seen in shown if seen is not None and 0 < seen < FEWEST]


@given(COUNTS)
def test_suppressed_counts_cannot_be_derived_from_the_total(counts):
    """At least two cells with five people in total are suppressed, or all of them."""
    shown = hide(counts)
    hidden = [count for count, seen in zip(counts, shown, strict=True) if seen is None]
    if hidden and any(shown):
        assert len(hidden) >= 2
        assert sum(hidden) >= FEWEST


@given(COUNTS)
def test_large_counts_are_all_shown(counts):
    large = [count + FEWEST for count in counts]
    assert hide(large) == tuple(large)


def test_examples():
    assert hide([3, 8, 20]) == (None, None, 20)
    assert hide([1, 1, 9]) == (None, None, None)
    assert hide([0, 7]) == (0, 7)
    assert hide([3]) == (None,)


def test_a_small_count_suppresses_the_next_smallest():
    assert hide([4, 5, 6]) == (None, None, 6)
    assert hide([5, 5, 6]) == (5, 5, 6)
    assert hide([1, 2, 9, 8]) == (None, None, 9, None)  # 1 and 2 alone would add up to 3.
    assert hide([4, 1, 9]) == (None, None, 9)  # Two are suppressed, five people together.
    assert hide([2, 2, 9]) == (None, None, None)
    assert hide([3, 8, 8]) == (None, None, 8)  # Of two equal counts, the first.
    assert hide([8, 0, 3, 9]) == (None, 0, None, 9)  # An empty group discloses nobody.
    assert hide([0, 3, 0]) == (0, None, 0)
    assert hide([1, 2]) == (None, None)
    assert hide([]) == ()
