"""The passages of an article on which a reviewer comments, and where a comment belongs now. Pure.

A passage is known by its words, so that it stays the same when others come and go around it.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

# Tags as the cleaner writes them: quotes within a value are escaped, but not its angle brackets.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*/?>')
_ALT = re.compile(r'\salt="([^"]+)"')
_EMPTY = {"br", "hr", "img"}
# Of the words of two passages, so many are in both if one became the other.
ALIKE = 0.5
LONGEST_QUOTE = 2000


@dataclass(frozen=True)
class Passage:
    """`id`: in the page's addresses and forms. `html`: as readers see it. `text`: its words, by
    which comments find it again."""

    id: str
    about: str
    html: str
    text: str

    @property
    def quote(self) -> str:
        return self.text[:LONGEST_QUOTE]


def blocks(html: str) -> list[str]:
    """The elements of a clean text that are in no other one; bare words between two are one, too.
    Joined, they are the text but for the space between them."""
    found: list[str] = []
    depth = start = 0
    for tag in _TAG.finditer(html):
        closing, name = tag[1], tag[2]
        if depth == 0 and not closing and html[start : tag.start()].strip():
            found.append(html[start : tag.start()])
            start = tag.start()
        change = 0 if name in _EMPTY else -1 if closing else 1
        depth = max(depth + change, 0)
        if depth == 0 and (closing or name in _EMPTY):
            found.append(html[start : tag.end()])
            start = tag.end()
    if html[start:].strip():
        found.append(html[start:])
    return found


def words_of(block: str) -> str:
    """What is read of a block: its pictures' descriptions, and its text."""
    pictures = [unescape(alt) for alt in _ALT.findall(block)]
    text = unescape(_TAG.sub(" ", block))
    return " ".join(" ".join([*pictures, text]).split())


def passages(parts: Iterable[tuple[str, str, str]]) -> list[Passage]:
    """With an id for each of (about, html, words)."""
    seen: Counter[str] = Counter()
    found = []
    for about, html, text in parts:
        digest = hashlib.sha256(f"{about}\n{text}".encode()).hexdigest()[:12]
        seen[digest] += 1
        number = f"-{seen[digest]}" if seen[digest] > 1 else ""
        found.append(Passage(f"p-{digest}{number}", about, html, text))
    return found


@dataclass(frozen=True)
class Place:
    """Where a comment belongs in the present text: nowhere if its passage is gone."""

    passage: Passage | None
    changed: bool


def place(about: str, quote: str, among: Sequence[Passage]) -> Place:
    """The passage with these words; otherwise the one that has become of it."""
    same = [passage for passage in among if passage.about == about]
    exact = next((passage for passage in same if passage.quote == quote), None)
    if exact:
        return Place(exact, changed=False)
    alike = [(_likeness(quote, passage.quote), passage) for passage in same]
    best, nearest = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    # A title or an excerpt is the only one of its kind.
    only = len(same) == 1 and about != "body"
    return Place(nearest if only or best >= ALIKE else None, changed=True)


def _likeness(one: str, other: str) -> float:
    mine, theirs = set(one.lower().split()), set(other.lower().split())
    return len(mine & theirs) / max(1, len(mine | theirs))
