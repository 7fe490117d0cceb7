"""The reading grade of what clients read: the formula, which texts are found, and the list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import reading_level
from tests.support.flesch_kincaid import grade, sentences, syllables, words
from tests.support.reading_level import Passage, faults, passages

SPOKEN = {
    1: "ease asked hours lives safe tired true the",
    2: "anxious closeness distance ended gentle needed people patient question worry",
    3: "attachment decided earlier idea invited serious therapist previous",
    4: "anxiety experience reliable relationship temperament usually",
}


@pytest.mark.parametrize("count", SPOKEN)
def test_syllables(count):
    spoken = {word: syllables(word) for word in SPOKEN[count].split()}
    assert set(spoken.values()) == {count}, spoken


def test_the_formula_by_hand():
    """Ten words, two sentences and eleven syllables."""
    text = "We look at it with you. Nothing here is wrong."
    assert (len(words(text)), sentences(text)) == (10, 2)
    assert sum(map(syllables, words(text))) == 11
    assert grade(text) == pytest.approx(0.39 * 5 + 11.8 * 1.1 - 15.59)
    with pytest.raises(ValueError, match="no words"):
        grade("14416")


@given(
    st.lists(
        st.sampled_from(["a", "person", "worries", "about", "their", "relationships"]), min_size=1
    )
)
def test_one_sentence_more_never_makes_a_text_harder(drawn):
    text = " ".join(drawn)
    assert grade(f"{text}. {text}.") == pytest.approx(grade(f"{text}."))
    assert grade(f"{text} {text}.") >= grade(f"{text}. {text}.")


@given(st.text())
def test_any_text_has_words_of_at_least_one_syllable(text):
    assert all(syllables(word) >= 1 for word in words(text))
    assert sentences(text) >= 1


def test_short_texts_are_judged_together_and_labels_are_not():
    long = "word " * 30 + "word."
    found = list(passages([("a", long), ("a", "Too short to be judged alone."), ("a", "A label"),
                           ("a", "Another one, with {{ name }} in it, and a few more words."),
                           ("b", "Nothing here.")]))  # fmt: skip
    assert [one.name for one in found] == ["a: word word word word word word", "a"]
    assert found[1].text.endswith("with it in it, and a few more words.")


def test_the_list_can_only_shrink():
    easy, hard = Passage("easy", "We see it."), Passage("hard", "Psychoeducational considerations.")
    assert list(faults([easy], {})) == []
    (fault,) = faults([easy, hard], {})
    assert fault.startswith("hard: grade")
    assert list(faults([easy, hard], {"hard": hard.grade})) == []
    for listed, reason in (
        ({"hard": hard.grade - 1}, "harder than"),
        ({"hard": hard.grade, "easy": 9.0}, "remove it"),
        ({"hard": hard.grade, "gone": 9.0}, "no such text"),
    ):
        (fault,) = faults([easy, hard], listed)
        assert reason in fault


def test_the_texts_of_every_kind_are_found():
    found = " ".join(text for _file, text in reading_level.all_texts())
    for part in (
        "That can be a good base.",  # a region of the result
        "If someone frightens you",  # a template
        "No single name fits.",
        "This is where we get to know you.",  # a step
        "Draw yourself as a small circle",  # a task
        "Think of",  # the questionnaire
        "Your therapist goes through it with you",  # a consent text
    ):
        assert part in found, part
    assert "Reach a shared first understanding" not in found, "that is for therapists"
