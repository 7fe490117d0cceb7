"""Markup made plain before it is parsed: each element closed where it ends, none very deep.

An HTML parser's time grows with the square of how deep elements lie, and what it writes grows
with the square of how many formatting elements are left open. This reads the tags once, from left
to right, and writes them again well nested and at most DEEPEST deep; so the cleaner behind it,
which alone decides what is safe, takes a time that grows with the length of the text. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Set

# Deeper elements lose their tags and keep their words.
DEEPEST = 40
VOID = frozenset({"br", "hr", "img"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# A paragraph ends where one of these begins or ends, whether or not it may be in a text.
BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "ul",
}  # fmt: skip
# What goes with all it holds: it is text to the parser, and never meant for readers.
HIDDEN = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
                    "noscript", "plaintext"})  # fmt: skip
# Where an element begins, these end, up to the frame that holds them both.
_TABLE = frozenset({"table"})
_ROWS = frozenset({"caption", "thead", "tbody", "tr", "td", "th"})
ENDS: dict[str, tuple[Set[str], Set[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr", "td", "th", "caption"}), _TABLE),
    "thead": (_ROWS, _TABLE),
    "tbody": (_ROWS, _TABLE),
    "a": (frozenset({"a"}), frozenset({"td", "th", "caption"})),
}
# An end tag within a cell ends nothing outside of it.
FRAMES = frozenset({"td", "th", "caption", "table"})

_SPACE = r"[ \t\n\r\f]"
_NAME = r"=?[^ \t\n\r\f/>=]*"
_VALUE = r""""[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^ \t\n\r\f>]*"""
# One attribute, or nothing at all: nothing behind it is asked for, so it never tries twice.
# (Possessive quantifiers would say the same, but lose matches in Python before 3.11.5.)
_ATTRIBUTE = re.compile(rf"(?:{_SPACE}|/)*({_NAME})(?:{_SPACE}*={_SPACE}*({_VALUE}))?")
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?--!?>|.*)"
    r"|<(?:[!?]|/(?![a-zA-Z]))[^>]*>?"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^ \t\n\r\f/>]*)"
    r"|<",
    re.DOTALL,
)


def nested(html: str, tags: Mapping[str, Set[str]]) -> str:
    """`html` with the elements of `tags` (a name, and its attributes) alone, well nested."""
    return "".join(_Writer(tags).written(html))


class _Writer:
    def __init__(self, tags: Mapping[str, Set[str]]) -> None:
        self.tags = tags
        self.open: list[str] = []

    def written(self, html: str) -> Iterator[str]:
        position = 0
        while match := _TOKEN.search(html, position):
            yield html[position : match.start()]
            position = match.end()
            if match[0] == "<":
                yield "&lt;"
            if not match["name"]:
                continue
            name, begins = match["name"].lower(), position
            ends = _end_of_attributes(html, begins)
            closed = html.startswith(">", ends)
            position = ends + closed
            if name in HIDDEN and not match["end"]:
                position = _end_of(name, html, position)
            elif closed:
                said = html[begins:ends]
                yield from self._end(name) if match["end"] else self._start(name, said)
        yield html[position:]
        yield from self._close(0)

    def _start(self, name: str, attributes: str) -> Iterator[str]:
        if name in BLOCKS:
            yield from self._close_last({"p"}, frozenset())
        if name in HEADINGS and self.open and self.open[-1] in HEADINGS:
            yield from self._close(len(self.open) - 1)
        if name in ENDS:
            yield from self._close_last(*ENDS[name], lowest=True)
        if name not in self.tags or (name not in VOID and len(self.open) >= DEEPEST):
            return
        yield f"<{name}{''.join(_attributes(attributes, self.tags[name]))}>"
        if name not in VOID:
            self.open.append(name)

    def _end(self, name: str) -> Iterator[str]:
        if name in BLOCKS and name not in self.tags:
            yield from self._close_last({"p"}, frozenset())
        elif name in self.tags:
            yield from self._close_last({name}, _TABLE if name in _ROWS else FRAMES - {name})

    def _close_last(self, names: Set[str], frames: Set[str], lowest: bool = False) -> Iterator[str]:
        """Ends the last of `names`, or the first of them, that is open within the nearest frame."""
        found = -1
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] in names:
                found = place
                if not lowest:
                    break
            elif self.open[place] in frames:
                break
        if found >= 0:
            yield from self._close(found)

    def _close(self, place: int) -> Iterator[str]:
        while len(self.open) > place:
            yield f"</{self.open.pop()}>"


def _attributes(text: str, allowed: Set[str]) -> Iterator[str]:
    """Those that are allowed, each as name="value", so that no parser can read them in two ways."""
    for name, value in _ATTRIBUTE.findall(text) if allowed else ():
        if name.lower() in allowed:
            bare = value[1:].removesuffix(value[0]) if value[:1] in ('"', "'") else value
            yield ' {}="{}"'.format(name.lower(), bare.replace('"', "&quot;"))


def _end_of_attributes(html: str, position: int) -> int:
    while (found := _ATTRIBUTE.match(html, position)) and found.end() > position:
        position = found.end()
    return position


def _end_of(name: str, html: str, position: int) -> int:
    """Behind the end tag of an element that holds text alone; of one without, behind all."""
    end = re.compile(rf"</{name}(?=[ \t\n\r\f/>])[^>]*>?", re.IGNORECASE).search(html, position)
    return end.end() if end else len(html)
