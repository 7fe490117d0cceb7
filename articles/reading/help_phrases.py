"""Whether a search speaks of suicide, self-harm or violence at home. Pure.

Case, punctuation, spaces and the Unicode form of what was typed make no difference. The phrases are
data: help_phrases.toml.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

PHRASES = Path(__file__).with_name("help_phrases.toml")
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
# The dot that some letters of Hindi are typed without, and the invisible joiners.
_OPTIONAL = re.compile("[\u093c\u200b-\u200d\u2060\ufeff\u00ad]")
_APOSTROPHES = re.compile("['’‘ʼ`´＇]")


class Concern(StrEnum):
    SUICIDE = "suicide"
    SELF_HARM = "self-harm"
    VIOLENCE = "violence"


def normalised(text: str) -> str:
    """The words alone, in lower case, each between single spaces, in one spelling of Unicode."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = _APOSTROPHES.sub("", _OPTIONAL.sub("", _LATIN_MARKS.sub("", letters)))
    letters = letters.replace("\u0901", "\u0902")  # Both dots of Hindi's nasal vowels are typed.
    words = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in letters).split()
    return f" {' '.join(words)} "


def concern_in(text: str) -> Concern | None:
    """The most urgent concern of a search."""
    found, never = _compiled()
    said = never.sub(" ", normalised(text))
    return next((concern for concern, phrases in found if phrases.search(said)), None)


@cache
def _compiled() -> tuple[list[tuple[Concern, re.Pattern[str]]], re.Pattern[str]]:
    with PHRASES.open("rb") as file:
        listed = tomllib.load(file)

    def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
        whole = (phrase.format_map(listed["words"]).split() for phrase in phrases)
        return re.compile(f"(?:{'|'.join(''.join(map(_word, words)) for words in whole)})(?= )")

    concerns = [(Concern(about["kind"]), any_of(about["phrases"])) for about in listed["about"]]
    return concerns, any_of(listed["never"]["phrases"])


def _word(word: str) -> str:
    """Each word follows a space, so that only whole words match."""
    optional = word.endswith("?")
    forms = word.removesuffix("?").split("|")
    either = "|".join(_form(form) for form in forms)
    return f"(?: (?:{either}))" + ("?" if optional else "")


def _form(form: str) -> str:
    letters = re.escape(normalised(form).strip())  # Which leaves out the asterisk.
    return letters + (r"[^ ]*" if form.endswith("*") else "")
