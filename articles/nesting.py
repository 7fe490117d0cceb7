"""Normalises markup before it is parsed: every element is closed, and none is nested too deep.

An HTML parser's time grows with the square of the depth of its elements, and its output with the
square of the number of formatting elements left open. This module reads the tags once, from left
to right, and writes them well nested and at most DEEPEST deep. The time of the cleaner after it,
which alone decides what is safe, then grows with the length of the text. No imports of Django.
"""

import re
from collections.abc import Iterator, Mapping, Set

# Elements nested deeper lose their tags and keep their text.
DEEPEST = 40
VOID = frozenset({"br", "hr", "img"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# A paragraph ends where one of these begins or ends, whether or not a text may contain it.
BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "ul",
}  # fmt: skip
# Removed with their content, which a parser treats as text and which readers never see.
HIDDEN = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
                    "noscript", "plaintext"})  # fmt: skip
# The start of an element ends these, up to the frame that contains both.
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
# An end tag within a cell ends nothing outside the cell.
FRAMES = frozenset({"td", "th", "caption", "table"})

_SPACE = r"[ \t\n\r\f]"
_NAME = r"=?[^ \t\n\r\f/>=]*"
_VALUE = r""""[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^ \t\n\r\f>]*"""
# One attribute, or nothing: no condition follows, so the pattern never backtracks.
# (Possessive quantifiers would do the same, but lose matches in Python before 3.11.5.)
_ATTRIBUTE = re.compile(rf"(?:{_SPACE}|/)*({_NAME})(?:{_SPACE}*={_SPACE}*({_VALUE}))?")
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?--!?>|.*)"
    r"|<(?:[!?]|/(?![a-zA-Z]))[^>]*>?"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^ \t\n\r\f/>]*)"
    r"|<",
    re.DOTALL,
)


def nested(html: str, tags: Mapping[str, Set[str]]) -> str:
    """`html` with only the elements of `tags` (attributes by name), well nested."""
    return "".join(_Writer(tags).write(html))


class _Writer:
    def __init__(self, tags: Mapping[str, Set[str]]) -> None:
        self.tags = tags
        self.open: list[str] = []

    def write(self, html: str) -> Iterator[str]:
        position = 0
        while match := _TOKEN.search(html, position):
            yield html[position : match.start()]
            position = match.end()
            if match[0] == "<":
                yield "&lt;"
            if not match["name"]:
                continue
            name, start = match["name"].lower(), position
            end = _end_of_attributes(html, start)
            closed = html.startswith(">", end)
            position = end + closed
            if name in HIDDEN and not match["end"]:
                position = _end_of(name, html, position)
            elif closed:
                attributes = html[start:end]
                yield from self._end(name) if match["end"] else self._start(name, attributes)
        yield html[position:]
        yield from self._close(0)

    def _start(self, name: str, attributes: str) -> Iterator[str]:
        if name in BLOCKS:
            yield from self._close_last({"p"}, frozenset())
        if name in HEADINGS and self.open and self.open[-1] in HEADINGS:
            yield from self._close(len(self.open) - 1)
        if name in ENDS:
            yield from self._close_last(*ENDS[name], outermost=True)
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

    def _close_last(
        self, names: Set[str], frames: Set[str], outermost: bool = False
    ) -> Iterator[str]:
        """Ends the innermost (or outermost) open element of `names` within the nearest frame."""
        depth = -1
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position] in names:
                depth = position
                if not outermost:
                    break
            elif self.open[position] in frames:
                break
        if depth >= 0:
            yield from self._close(depth)

    def _close(self, depth: int) -> Iterator[str]:
        while len(self.open) > depth:
            yield f"</{self.open.pop()}>"


def _attributes(text: str, allowed: Set[str]) -> Iterator[str]:
    """The allowed attributes, each as name="value", so that every parser reads them alike."""
    for name, value in _ATTRIBUTE.findall(text) if allowed else ():
        if name.lower() in allowed:
            bare = value[1:].removesuffix(value[0]) if value[:1] in ('"', "'") else value
            yield ' {}="{}"'.format(name.lower(), bare.replace('"', "&quot;"))


def _end_of_attributes(html: str, position: int) -> int:
    while (match := _ATTRIBUTE.match(html, position)) and match.end() > position:
        position = match.end()
    return position


def _end_of(name: str, html: str, position: int) -> int:
    """The position behind the end tag of an element that contains only text, or the end of all."""
    end = re.compile(rf"</{name}(?=[ \t\n\r\f/>])[^>]*>?", re.IGNORECASE).search(html, position)
    return end.end() if end else len(html)
