"""Notes of a text: apart from it where they belong to it, and otherwise left as they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.richtext import clean, plain, render
from articles.text_parts.notes import Note, ids, split
from tests.support.articles.factories import article

NOTED = (
    "<p>One<sup>1</sup>, again<sup>1</sup>.</p>"
    '<p>Two<sup><a href="#b0b5" rel="noopener">[2]</a></sup>.</p>'
    '<hr><ol><li>First, <a href="https://example.org/" rel="noopener">there</a>.</li>'
    "<li><p>Second.</p></li></ol>"
)
# A raised number may be a power, and a closing list a list.
NOT_NOTES = [
    NOTED.replace("<hr>", ""),
    NOTED.replace("[2]", "[3]"),
    NOTED.replace("<sup>1</sup>", "<sup>3</sup>"),
    NOTED.replace("<li><p>Second.</p></li>", ""),
    NOTED.replace("<li><p>Second.</p></li>", "<li>Second<ul><li>inner</li></ul></li>"),
    NOTED.replace("<ol>", '<ol start="4">'),
    NOTED + "<p>After.</p>",
    "<p>An area of 2 m<sup>2</sup>.</p><hr><ol><li>Breathe in.</li><li>Breathe out.</li></ol>",
    "<hr><ol><li>Only a list.</li></ol>",
    "",
]  # fmt: skip


def test_notes_and_their_numbers_lead_to_each_other():
    text, notes = split(clean(NOTED))
    assert [note.number for note in notes] == [1, 2]
    assert notes[1] == Note(2, "Second.")
    assert re.findall(r'id="([^"]*)"', text) == ["note-mark-1", "note-mark-2"]
    assert re.findall(r'href="#([^"]*)"', text) == ["note-1", "note-1", "note-2"]
    assert "<hr>" not in text
    assert text.endswith("</p>")


@pytest.mark.parametrize("html", NOT_NOTES)
def test_what_is_no_note_stays(html):
    assert split(html) == (html, ())


words = st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=12)


@given(
    paragraphs=st.lists(st.tuples(words, st.integers(0, 4)), max_size=6),
    notes=st.lists(words, max_size=4),
)
def test_no_word_is_lost_and_no_number_leads_nowhere(paragraphs, notes):
    body = "".join(f"<p>{text}<sup>{n}</sup></p>" if n else f"<p>{text}</p>"
                   for text, n in paragraphs)  # fmt: skip
    html = clean(body + "<hr><ol>" + "".join(f"<li>{note}</li>" for note in notes) + "</ol>")
    text, found = split(html)
    together = plain(text + "".join(f"<p>{note.html}</p>" for note in found))
    assert together.split() == plain(html).split()
    named = {f"note-{note.number}" for note in found}
    assert set(re.findall(r'href="#([^"]*)"', text)) == named
    assert named <= set(ids(html))


def test_the_page_shows_them_once(client, db):
    headings = "".join(f"<h2>{name}</h2>" for name in ("Notes", "Note 1", "Note mark 2"))
    article(body=headings + NOTED)
    page = client.get("/articles/a-safe-place/").content.decode()
    assert page.count("Second.") == page.count('id="note-1"') == page.count('id="notes"') == 1
    assert "js/side-notes.js" in page
    # What has no place for them, such as a feed, shows the text as it is stored.
    assert render(NOTED).html.count("<li>") == 2
    article("other")
    assert "side-notes" not in client.get("/articles/other/").content.decode()
