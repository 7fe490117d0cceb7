"""Passages: a text is cut without a loss, and a comment finds its words again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.outside_review.passages import (
    LONGEST_QUOTE,
    Passage,
    Place,
    blocks,
    passages,
    place,
    words_of,
)
from articles.richtext import clean

TEXT = (
    '<h2>When</h2>bare <p>A <a href="/x/" title="a > b">link</a><br>on.</p><hr>'
    "<ul><li><p>one</p></li><li>two</li></ul>"
    '<figure><img src="/media/a.png" alt="Hills &amp; fog"><figcaption>Dawn.</figcaption>'
    "</figure>end"
)
PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<h2>", "</h2>", "<ul>", "<li>", "</li>", "</ul>", "<hr>", "<br>", "<em>",
         "</em>", "words", " & ", "<aside>", "</aside>", '<img src="/media/a.png" alt="x > y">']
    ),
    max_size=25,
)  # fmt: skip


def test_a_text_is_cut_into_its_outermost_elements():
    cut = blocks(TEXT)
    assert [re.match(r"<?\w+", block)[0] for block in cut] == [
        "<h2", "bare", "<p", "<hr", "<ul", "<figure", "end"
    ]  # fmt: skip
    assert [words_of(block) for block in cut] == [
        "When", "bare", "A link on.", "", "one two", "Hills & fog Dawn.", "end"
    ]  # fmt: skip
    assert blocks("") == blocks(" \n ") == []


@given(PIECES)
def test_nothing_of_a_clean_text_is_lost_or_torn(pieces):
    html = clean("".join(pieces))
    cut = blocks(html)
    assert "".join("".join(cut).split()) == "".join(html.split())
    for block in cut:
        assert block.strip()
        assert clean(f"{block.strip()}<p>x</p>") == f"{block.strip()}<p>x</p>", "nothing is torn"


def of(*texts: str, about: str = "body") -> list[Passage]:
    return passages((about, f"<p>{text}</p>", text) for text in texts)


def test_a_passage_is_known_by_its_words():
    one, two, again = of("One thing.", "Two things.", "One thing.")
    assert len({one.id, two.id, again.id}) == 3
    assert again.id == f"{one.id}-2"
    (alone,) = of("One thing.")
    assert alone.id == one.id, "whatever stands around it"
    assert of("One thing.", about="title")[0].id != one.id
    assert re.fullmatch("p-[0-9a-f]{12}", one.id)
    assert of("x" * (LONGEST_QUOTE + 1))[0].quote == "x" * LONGEST_QUOTE


@pytest.mark.parametrize(
    ("quote", "where", "changed"),
    [
        ("A calm start to the day.", 0, False),
        ("A calm start of the day.", 0, True),
        ("a CALM start to the week.", 0, True),
        ("Nobody knows why it rains there.", None, True),
        ("one two three four", 1, True),
        ("one two three four five six", None, True),
    ],
)
def test_a_comment_belongs_where_its_words_are_or_what_became_of_them(quote, where, changed):
    among = of("A calm start to the day.", "one two", "Something else, much later.")
    passage = None if where is None else among[where]
    assert place("body", quote, among) == Place(passage, changed)


def test_what_there_is_one_of_keeps_its_comments():
    among = [*of("New title", about="title"), *of("One.", about="body")]
    assert place("title", "Something old", among) == Place(among[0], changed=True)
    assert place("title", "New title", among) == Place(among[0], changed=False)
    assert place("body", "Something old", among) == Place(None, changed=True)
    assert place("sources", "Gone.", among) == Place(None, changed=True)
    assert place("whole", "", passages([("whole", "", "")])).changed is False
