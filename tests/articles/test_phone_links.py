"""Phone numbers in articles can be pressed; years, prices and counts stay text."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from articles.models import Article
from articles.phone_links import linked
from articles.richtext import absolute, plain, render
from tests.support.articles.factories import article

SHORT = ["14416", "112", "1098", "181", "14567"]
LINES = ["1-800-891-4416", *SHORT]
CALLED = {
    "In an emergency call <strong>112</strong>, or go to a hospital.": ["112"],
    "Tele-MANAS is free on <b>14416</b> or <b>1-800-891-4416</b>.": ["14416", "18008914416"],
    "Call 112 or 181 at any time.": ["112", "181"],
    "<table><tbody><tr><td>Childline</td><td>1098</td></tr></tbody></table>": ["1098"],
    "<li>1098 – Childline</li>": ["1098"],
    "Women’s helpline: 181.": ["181"],
    "The emergency number is 112.": ["112"],
    "112 (emergency)": ["112"],
    "Elderline (14567) answers from 8 to 8.": ["14567"],
    "टेली-मानस 14416 पर कॉल करें": ["14416"],
    "112 पर कॉल करें": ["112"],
    "Dial 1-800&nbsp;891&nbsp;4416 now": ["18008914416"],
    "Write, or call +91 98765 43210.": ["+919876543210"],
    "NIMHANS: 080-46110007": ["08046110007"],
    "A free line: 1800-599-0019": ["18005990019"],
    "Reach us at 9876543210": ["9876543210"],
    "<h2>Call 112</h2>": ["112"],
}
NOT_CALLED = [
    "The line began in 1098.",
    "We called 112 families.",
    "The helpline had 112 volunteers.",
    "Calls rose to 112.",
    "Call it 112% sure.",
    "A call costs ₹181.",
    "A call costs Rs. 112, or Rs 181, or INR 112.",
    "On page 181 of the phone book.",
    "Between 1098 and 1112 a bell rang.",
    "Dial 112-118 on the old ring.",
    "Call us by 1.12, 112.5 or 1,098.",
    "A study of 181 adults. 112 took part.",
    "The years 1800 1900 2000.",
    "9876543210 cells",
    "<pre>call 112</pre>",
    "<code>call 1098</code>",
    "Call the nurse. Room 112 is on the left.",
    "Call me. 181 people did.",
    "14416 participants answered.",
    "ISBN 978-0-19-852 1098",
    "DOI 10.1098/rstb",
]


def called(html: str) -> list[str | None]:
    links = LexborHTMLParser(f"<body>{linked(html, LINES)}").css("a[href^='tel:']")
    return [(link.attributes["href"] or "").removeprefix("tel:") for link in links]


@pytest.mark.parametrize("html", CALLED)
def test_a_number_to_call_is_a_link(html):
    assert called(html) == CALLED[html]


@pytest.mark.parametrize("html", NOT_CALLED)
def test_what_is_counted_dated_or_paid_is_none(html):
    assert linked(html, LINES) == html


def test_a_link_stays_as_it_is():
    html = '<p>Call <a href="tel:112">112</a> or <a href="/help/">Childline 1098</a> or 181.</p>'
    assert called(html) == ["112", "181"]
    assert linked(html, LINES).count("<a ") == 3


def test_a_number_of_another_country_can_be_a_help_line():
    assert 'href="tel:116123"' in linked("Call Samaritans on 116 123.", ["116 123"])
    assert 'href="tel:08001111"' in linked("Childline: 0800 1111", ["0800 1111"])


NUMBERS = st.integers(0, 99_999).map(str) | st.sampled_from(SHORT)
NOUNS = st.sampled_from(["people", "calls", "children", "families", "rupees", "years", "of"])
WORDS = ["call", "on", "<b>", "</b>", "<p>", "</p>", "<a href='/'>", "</a>", "the", "line.", "₹",
         "Emergency:", "or"]  # fmt: skip
PIECES = st.lists(st.sampled_from([*WORDS, *LINES]) | NUMBERS | st.text(max_size=4))


@given(PIECES, st.sampled_from(["", " ", "&nbsp;"]))
def test_a_link_changes_no_word_and_stands_in_no_other(pieces, between):
    html = Article._meta.get_field("body").to_python(between.join(pieces)) or ""
    with_links = linked(html, LINES)
    assert plain(with_links) == plain(html)
    assert not re.search(r"<a\b[^>]*>(?:(?!</a>).)*<a\b", with_links, re.DOTALL)


@given(st.integers(1000, 2999), st.sampled_from(["in", "since", "until", "by", "of", "from"]))
def test_a_year_is_never_a_link(year, word):
    html = f"Childline, the helpline, was called {word} {year}."
    assert linked(html, LINES) == html


@given(NUMBERS, NOUNS)
def test_a_count_is_never_a_link(number, noun):
    html = f"They called the emergency line, {number} {noun}."
    assert linked(html, SHORT) == html


@given(NUMBERS, st.sampled_from(["₹", "₹ ", "Rs ", "Rs. ", "INR ", "$", "£"]))
def test_a_price_is_never_a_link(number, currency):
    html = f"Call now, it costs {currency}{number}."
    assert linked(html, SHORT) == html


@pytest.mark.parametrize("piece", ["call 112 ", "<b>112</b>", "1-8", "<b></b>", "call ", "9 "])
def test_a_long_text_takes_time_by_its_length_only(piece):
    start = time.perf_counter()
    linked(piece * (400_000 // len(piece)), LINES)
    assert time.perf_counter() - start < 10


def test_only_the_page_has_the_links(db):
    stored = article(body="<p>In an emergency, call <strong>112</strong>.</p>")
    stored.refresh_from_db()
    assert 'href="tel:112"' in stored.prose.html
    assert "tel:" not in stored.body
    assert "tel:" not in absolute(stored.body, "https://example.org")


def test_a_heading_with_a_number_keeps_its_id_and_its_entry():
    prose = render("<h2>Call 112</h2>")
    assert prose.html.startswith('<h2 id="call-112">Call <a ')
    assert prose.headings[0].text == "Call 112"
