"""Searches that speak of suicide, self-harm or violence at home show the help lines first."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from articles.reading.help_phrases import Concern, concern_in, normalised

SUICIDE = """
suicide | suicidal thoughts | I want to die | i wanna die | kill myself | killing myself
end my life | how to end it all | I don't want to live | i dont want to live anymore
don’t want to be here any more | do not want to live | no reason to live | better off dead
tired of living | thoughts of dying | painless way to die | take my own life
my friend wants to die | hang myself | I wish I was dead | not worth living | sucide
atmahatya | aatma hatya | khudkushi | marna chahta hoon | main marna chahti hu
mar jana chahta hu | jeena nahi chahta | marne ka mann karta hai | khud ko khatam karna
zindagi se tang aa gaya | apni jaan dena | jaan de dunga | आत्महत्या | खुदकुशी
ख़ुदकुशी के विचार | मरना चाहता हूँ | मैं मरना चाहती हूं | मर जाना चाहता हूं | जीना नहीं चाहती
जीने की इच्छा नहीं | ज़िंदगी से तंग आ गया हूँ
"""
SELF_HARM = """
self harm | self-harm | selfharm | cutting myself | I hurt myself | urge to cut
khud ko nuksan | haath kaatna | खुद को नुकसान पहुंचाना
"""
VIOLENCE = """
domestic violence | my husband hits me | he beat me last night | abusive relationship
marital rape | my father beats us | afraid of my husband | gharelu hinsa | pati maarta hai
maar peet | dahej ke liye | घरेलू हिंसा | पति मारता है | मारपीट | यौन शोषण
"""
NONE = """
attachment | anxious attachment | die hard | suicide squad | killing time | kill bill
no time to die | dying to meet you | dead tired | deadline stress | live and let die
old habits die hard | to die for | fear of death | fear of dying | death of a parent
grief after a death | how to grieve | skill building | killer instinct | overthinking
cutting carbs | cutting contact | cut my losses | haircut myself | hurt feelings
he hurt my feelings | heartbreak | hit song | hit rock bottom | beats music
he beat me at chess | they beat us in cricket | it hits different | upbeat | drug abuse
substance abuse | violence in video games | non-violent communication | harm reduction
harmony at home | self help | self esteem | self-care | self harmony | myself
end of a relationship | ending therapy | end of life planning | living alone
how to live with anxiety | want to live better | I want to diet | dietician | diet plan
wish you were here | dyed hair | jump start | bridge between us | marriage | marna
pati patni ka rishta | mar | marketing jobs | जीवन | जीना | मार्च | पति पत्नी का रिश्ता | शादी
रिश्ते में दूरी | हिंदी लेख | मन | दिल की बात | political suicide | rapeseed oil | therapist
grape | abstract trauma | trauma
"""


def listed(text: str) -> list[str]:
    return [phrase.strip() for line in text.strip().splitlines() for phrase in line.split("|")]


MUST = {
    phrase: concern
    for concern, text in [
        (Concern.SUICIDE, SUICIDE),
        (Concern.SELF_HARM, SELF_HARM),
        (Concern.VIOLENCE, VIOLENCE),
    ]
    for phrase in listed(text)
}
MUST_NOT = listed(NONE)


def test_every_phrase_is_heard_and_nothing_else(capsys):
    heard = {phrase: concern_in(phrase) for phrase in [*MUST, *MUST_NOT]}
    wrong = {p: concern for p, concern in heard.items() if concern != MUST.get(p)}
    with capsys.disabled():
        print(f"\nhelp phrases: {len(heard) - len(wrong)} of {len(heard)} right"
              f" ({len(MUST)} that must match, {len(MUST_NOT)} that must not)")  # fmt: skip
    assert not wrong
    assert len(MUST) >= 60
    assert len(MUST_NOT) >= 60


PHRASES = st.sampled_from([*MUST, *MUST_NOT])
FORMS = st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
SIGNS = st.text('!?.,;:…-–—/()[]“”"*_~#@&+ \t\n\u00a0\u2028।', min_size=1, max_size=3)


@given(PHRASES, FORMS, st.data())
def test_case_spaces_signs_and_forms_of_unicode_change_nothing(phrase, form, data):
    words = [
        data.draw(st.sampled_from([word, word.upper(), word.capitalize()]))
        for word in phrase.split()
    ]
    typed = data.draw(SIGNS | st.just(""))
    for word in words:
        typed += unicodedata.normalize(form, word) + data.draw(SIGNS)
    assert concern_in(typed) == concern_in(phrase)


def test_letters_are_compared_without_their_marks():
    assert normalised("  Déjà-vu! ") == " deja vu "
    assert normalised("माँ") == normalised("मां") == " मां "
    assert [kind.value for kind in Concern] == ["suicide", "self-harm", "violence"], "in the file"


def test_a_title_beside_a_phrase_does_not_hide_it():
    for typed in ("end my life suicide squad", "suicide squad end my life"):
        assert concern_in(typed) == Concern.SUICIDE
    assert concern_in("suicide squad") is None


@given(st.text())
def test_a_normalised_text_stays_as_it_is(text):
    once = normalised(text)
    assert normalised(once) == once
    assert concern_in(once) == concern_in(text)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("suicide", "14416"), ("आत्महत्या", "14416"), ("self harm", "112"), ("pati maarta hai", "181")],
)
def test_the_search_shows_the_lines_first(db, browser_of, typed, number):
    page = LexborHTMLParser(browser_of().get("/articles/search/", {"q": typed}).content.decode())
    main = page.css_first("main").html or ""
    box = page.css_first("section[aria-labelledby=help-box]")
    assert box.css_first(f"a[href='tel:{number}']")
    assert box.css_first("a[href='/help/']")
    assert main.index("help-box") < main.index("nothing-found")


def test_other_searches_show_none(db, browser_of):
    for query in ("", "attachment", "suicide squad"):
        assert b"help-box" not in browser_of().get("/articles/search/", {"q": query}).content
