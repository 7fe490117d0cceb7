"""What a text leaves to be filled in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.publishing.unfilled import blanks


@given(st.lists(st.text("ab c'’,<>&", min_size=1).map(str.strip).filter(bool), unique=True))
def test_each_blank_is_found_once_and_in_order(names):
    assert blanks(" and ".join(f"[[{name}]]" for name in [*names, *names])) == names


@pytest.mark.parametrize(("text", "left"), [("[one] [x", []), ("[[never closed", ["never closed"]),
                                            ("[[]]", [""]), ("a]] [[ b ]]", ["b"])])  # fmt: skip
def test_odd_brackets(text, left):
    assert blanks(text) == left
