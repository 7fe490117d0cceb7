"""The blanks of the consent texts. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.consent_texts import blanks
from accounts.consent_texts.blanks import Blank

NAMES = [str(blank) for blank in Blank]
WORDS = st.text(alphabet="abc {}._[]\n…", max_size=12)
VALUES = st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=len(NAMES))
TEXTS = st.lists(
    st.one_of(st.sampled_from([f"{{{name}}}" for name in NAMES]), st.text("abc .\n", max_size=8)),
    max_size=8,
).map("".join)


@given(TEXTS, VALUES)
def test_a_text_is_filled_entirely_or_refused(text, values):
    if blanks.missing(text, values):
        with pytest.raises(ValueError, match="blank"):
            blanks.fill(text, values)
        return
    whole = blanks.fill(text, values)
    assert not any(f"{{{name}}}" in whole and name not in values for name in NAMES)
    for name in blanks.in_text(text):
        assert values[name].strip().rstrip(".").split("\n")[0].rstrip() in whole


@given(TEXTS, VALUES)
def test_what_is_missing_is_what_says_nothing(text, values):
    for name in blanks.in_text(text):
        assert (name in blanks.missing(text, values)) == (
            not blanks.is_filled(values.get(name, ""))
        )


@given(TEXTS, VALUES)
def test_the_kept_values_fill_the_text_again(text, values):
    kept = blanks.used(text, values)
    assert blanks.missing(text, kept) == blanks.missing(text, values)
    assert blanks.fill_known(text, kept) == blanks.fill_known(text, values)


@given(VALUES)
def test_a_value_is_never_searched_for_blanks(values):
    values = {"fees": "{hosts} and {nonsense}", "hosts": "secret"} | {
        name: value for name, value in values.items() if name not in ("fees", "hosts")
    }
    assert blanks.fill_known("{fees}", values) == "{hosts} and {nonsense}"


@pytest.mark.parametrize("nothing", ["", "  ", "-", "…", "___", "₹ ___", "[name]", "by ....", "?"])
def test_values_that_say_nothing(nothing):
    assert not blanks.is_filled(nothing)
    assert blanks.missing("Fees. {fees}", {"fees": nothing}) == ("fees",)


@pytest.mark.parametrize("something", ["7", "₹ 1,500", "न", "No fee."])
def test_values_that_say_something(something):
    assert blanks.is_filled(something)


def test_gaps_that_nothing_fills():
    assert blanks.gaps("{fees} {fee} ____ [address] …… and .....") == (
        "{fee}", "____", "[address]", "……", ".....",
    )  # fmt: skip
    assert blanks.missing("Call ____.", {}) == ("____",)
    assert blanks.gaps("{fees} and … so on. Really...") == ()


def test_a_value_stays_in_its_paragraph_and_its_full_stop_is_not_doubled():
    values = {"practice": "A.\n\n B. ", "fees": "Ten rupees."}
    assert blanks.fill("We. {practice}. {fees} So.", values) == "We. A.\nB. Ten rupees. So."
