"""Searches the text of notes. Pure.

Notes are encrypted, so nothing is indexed: the caller decrypts a bounded number of them, and the
words are looked for here. Capitals do not matter, and neither does the way in which an accent or a
matra is encoded.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# So many characters are shown on each side of the first hit.
AROUND = 120


@dataclass(frozen=True)
class Piece:
    """A piece of an excerpt; `hit`: it is one of the words that were looked for."""

    text: str
    hit: bool


def words_of(typed: str) -> tuple[str, ...]:
    """The words to look for, each once."""
    return tuple(dict.fromkeys(normalized(typed).split()))


def holds_all(texts: Iterable[str], words: Sequence[str]) -> bool:
    """Whether each word occurs somewhere in the texts, also within a longer word. No word occurs
    nowhere: without words nothing is found."""
    whole = "\n".join(map(normalized, texts)).casefold()
    return bool(words) and all(word.casefold() in whole for word in words)


def excerpt(texts: Sequence[str], words: Sequence[str]) -> list[Piece]:
    """What surrounds the first hit, cut at spaces, with every hit in it marked. The beginning of
    the first text where no hit can be pointed at."""
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.I)
    plain = [normalized(text) for text in texts]
    found = ((text, pattern.search(text)) for text in plain)
    text, first = next(((text, hit) for text, hit in found if hit), (plain[0], None))
    start, end = first.span() if first else (0, 0)
    shown = _cut(text, max(start - AROUND, 0), end + AROUND)
    pieces, at = [], 0
    for hit in pattern.finditer(shown):
        pieces += [Piece(shown[at : hit.start()], False), Piece(hit.group(), True)]
        at = hit.end()
    pieces.append(Piece(shown[at:], False))
    return [piece for piece in pieces if piece.text]


def _cut(text: str, start: int, end: int) -> str:
    """The text from `start` to `end`, without the halves of words at its ends."""
    shown = text[start:end]
    if start:
        shown = "… " + shown.partition(" ")[2] if " " in shown[:AROUND] else "… " + shown
    if end < len(text):
        shown = shown.rpartition(" ")[0] + " …" if " " in shown[-AROUND:] else shown + " …"
    return shown


def normalized(text: str) -> str:
    return unicodedata.normalize("NFC", text)
