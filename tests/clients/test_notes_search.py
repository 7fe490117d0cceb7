"""Searching a client's notes: they are decrypted in the request, and the words leave no trace."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent
from clients.notes import actions as notes
from clients.notes import text_search
from clients.record import notes_search

letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.text("abcß İé\n ", max_size=400), min_size=1, max_size=3), letters)
def test_what_is_found_is_really_there(texts, typed):
    words = text_search.words_of(typed)
    found = text_search.holds_all(texts, words)
    whole = "\n".join(texts).casefold()
    assert found == (
        bool(words) and all(word.casefold() in text_search.normalized(whole) for word in words)
    )
    if found:
        pieces = text_search.excerpt(texts, words)
        shown = "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")
        assert any(shown in text_search.normalized(text) for text in texts), (
            "an excerpt invents nothing"
        )
        for hit in (piece.text for piece in pieces if piece.hit):
            assert any(re.fullmatch(re.escape(word), hit, re.I) for word in words)


@given(letters, letters, letters)
def test_a_word_is_found_wherever_it_is(before, word, after):
    words = text_search.words_of(word)
    assert text_search.holds_all([before + word + after], words) == bool(words)
    assert text_search.holds_all([before, word, after], words) == bool(words)


def test_an_excerpt_is_cut_at_spaces_and_marks_every_hit():
    text = "a " * 200 + "she spoke of her Mother and of mothers " + "b " * 200
    pieces = text_search.excerpt([text], ("mother",))
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… a a")
    assert shown.endswith("b b …")
    assert [piece.text for piece in pieces if piece.hit] == ["Mother", "mother"]
    assert text_search.excerpt(["plain"], ("else",)) == [text_search.Piece("plain", False)]
    assert text_search.words_of(" two  two words ") == ("two", "words")
    assert text_search.holds_all(["माँ से बात"], text_search.words_of("माँ"))


def found(answer) -> str:
    main = LexborHTMLParser(answer.content.decode()).css_first("main")
    return " ".join(main.text().split())


@pytest.fixture
def address(cast) -> str:
    both = {"client": cast.asha, "by": cast.meera}
    notes.write_note(**both, text="She spoke of her Mother.", audience="private")
    note = notes.write_note(**both, text="About work.", audience="private")
    notes.amend(note=note, by=cast.meera, text="And about her mother, too.", key=uuid.uuid4())
    notes.keep_draft(**both, text="canary-draft of mother", audience="private", key=uuid.uuid4())
    return f"{cast.asha.get_absolute_url()}notes/search/"


def test_notes_their_additions_and_own_drafts_are_found(cast, address, browser_of):
    answer = browser_of(cast.meera).post(address, {"q": "MOTHER"})
    page = found(answer)
    assert "3 notes found. 3 of 3 notes were searched" in page
    assert "She spoke of her Mother." in page
    assert "And about her mother, too." in page
    assert "canary-draft" in page
    page = found(browser_of(cast.meera).post(address, {"q": "work too"}))
    assert "1 note found." in page, "each word occurs in the note or in an addition"
    assert "0 notes found." in found(browser_of(cast.meera).post(address, {"q": "father"}))
    assert "canary-draft" not in str(notes_search.find(cast.asha, cast.vikram, "canary-draft"))


def test_the_words_leave_no_trace(cast, address, browser_of, caplog):
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    answer = browser_of(cast.meera).post(address, {"q": "canary-sought"})
    assert answer.status_code == 200
    (event,) = AuditEvent.objects.exclude(pk__in=before)
    assert (event.verb, event.client, event.actor) == (
        "notes searched",
        cast.asha.pk,
        cast.meera.pk,
    )
    assert "canary-sought" not in str(vars(event))
    assert "canary-sought" not in caplog.text
    own = browser_of(cast.asha.user).get("/path/looks/").content.decode()
    assert "searched the notes in your record" in own
    assert "canary-sought" not in own


@pytest.mark.parametrize("sought", ["", "x", "y" * 101])
def test_too_little_or_too_much_to_search_for_comes_back(cast, address, browser_of, sought):
    answer = browser_of(cast.meera).post(address, {"q": sought})
    assert answer.status_code == 422
    assert "note found" not in found(answer)
    assert sought in answer.content.decode()


def test_the_work_is_bounded_and_says_so(cast, address, browser_of, monkeypatch):
    monkeypatch.setattr(notes_search, "SEARCHED", 2)
    monkeypatch.setattr(notes_search, "SHOWN", 1)
    page = found(browser_of(cast.meera).post(address, {"q": "mother"}))
    assert "2 notes found. 2 of 3 notes were searched, the newest first." in page
    assert "The newest 1 are shown. Add a word to find fewer." in page


def test_the_queries_do_not_grow(cast, address):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            notes_search.find(cast.asha, cast.meera, "mother")
        return len(queries)

    few = count()
    for number in range(18):
        notes.write_note(client=cast.asha, by=cast.meera, text=f"m{number}", audience="private")
    assert count() == few


def test_nobody_else_searches(cast, address, browser_of):
    assert browser_of(cast.meera).get(address).status_code == 302
    for user, status in ((cast.vikram, 404), (cast.manoj, 403), (cast.asha.user, 403)):
        assert browser_of(user).post(address, {"q": "mother"}).status_code == status
