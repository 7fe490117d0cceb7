"""Markdown as Hugo and Jekyll write it, as HTML: with tables, footnotes and shortcodes.

No imports of Django.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt

_MORE = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_FIGURE = re.compile(r"\{\{[<%]\s*(?:figure|img|image)\s(.*?)/?\s*[>%]\}\}", re.DOTALL)
_VIDEO = re.compile(r"\{\{[<%]\s*(youtube|vimeo)\s+(.*?)/?\s*[>%]\}\}")
_REF = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+[\"']?([^\"'\s>%]+)[\"']?\s*[>%]\}\}")
_POST_URL = re.compile(r"\{%-?\s*(?:post_url|link)\s+(\S+)\s*-?%\}")
_LIQUID_PATH = re.compile(
    r"\{\{-?\s*[\"']([^\"']*)[\"']\s*\|\s*(?:relative_url|absolute_url|prepend:[^}]*)\s*-?\}\}"
)
_SITE = re.compile(r"\{\{-?\s*site\.(?:baseurl|url)\s*-?\}\}")
_CODE = re.compile(
    r"(?:\{%-?\s*highlight\s*([\w+-]*)[^%]*%\}|\{\{<\s*highlight\s+\"?([\w+-]*)\"?[^>]*>\}\})\n?"
    r"(.*?)\n?(?:\{%-?\s*endhighlight\s*-?%\}|\{\{<\s*/highlight\s*>\}\})",
    re.DOTALL,
)
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_TAG = re.compile(r"\{\{[<%](.*?)[>%]\}\}|\{%-?(.*?)-?%\}|\{\{-?([^{}<%].*?)-?\}\}", re.DOTALL)
_ARGUMENT = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
# What kramdown and Hugo write beside a block or a heading: classes and ids.
_ATTRIBUTES = re.compile(
    r"^[ \t]*\{:[^{}\n]*\}[ \t]*$|\{:[^{}\n]*\}|(?<=\S)[ \t]*\{[#.][\w\s.#-]*\}$"
)
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.*)$")
_MARK = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass
class Written:
    """A text as HTML. `shortcodes`: those that have no place here, as they were written."""

    html: str
    shortcodes: list[str] = field(default_factory=list)


def html_of(text: str, ref: Callable[[str], str]) -> Written:
    """`ref`: the address of the text that a shortcode names by its file."""
    written = Written("")
    pieces: list[str] = []
    for is_code, piece in _pieces(_CODE.sub(_fenced, _COMMENT.sub("", text))):
        pieces.append(piece if is_code else _plain(piece, ref, written))
    body, notes = _footnotes("\n".join(pieces))
    written.html = _markdown.render(body)
    if notes:
        items = "".join(f"<li>{_inline(note)}</li>" for note in notes)
        written.html += f"<hr><ol>{items}</ol>"
    return written


def before_more(text: str) -> str:
    """What lists show of a text that says so, without the numbers of its notes; empty otherwise."""
    before, *after = _MORE.split(text, maxsplit=1)
    return _MARK.sub("", before) if after else ""


def heading_first(text: str) -> tuple[str, str]:
    """The heading with which a text begins, for a file without a title, and the rest."""
    match = re.match(r"\s*#[ \t]+(.+?)[ \t#]*(?:\n|$)|\s*(\S.*)\n=+[ \t]*(?:\n|$)", text)
    return ((match[1] or match[2]).strip(), text[match.end() :]) if match else ("", text)


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The text in pieces of whole lines: fenced code, in which nothing is a shortcode, and the
    rest."""
    piece: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if match and not fence:
            yield False, "\n".join(piece)
            piece, fence = [line], match[1]
        elif fence and match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
            yield True, "\n".join([*piece, line])
            piece, fence = [], ""
        else:
            piece.append(line)
    yield bool(fence), "\n".join(piece)


def _fenced(match: re.Match[str]) -> str:
    return f"\n```{match[1] or match[2] or ''}\n{match[3]}\n```\n"


def _plain(text: str, ref: Callable[[str], str], written: Written) -> str:
    text = _REF.sub(lambda m: ref(m[1]), text)
    text = _POST_URL.sub(lambda m: ref(m[1]), text)
    text = _SITE.sub("", _LIQUID_PATH.sub(lambda m: m[1], text))
    text = _VIDEO.sub(_video, _FIGURE.sub(_figure, text))

    def drop(match: re.Match[str]) -> str:
        name = (match[1] or match[2] or match[3]).strip()
        if not name.startswith("/") and not name.startswith("end") and name not in ("raw",):
            written.shortcodes.append(" ".join(match[0].split()))
        return ""

    return "\n".join(_ATTRIBUTES.sub("", line) for line in _TAG.sub(drop, text).split("\n"))


def _arguments(text: str) -> dict[str, str]:
    return {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ARGUMENT.finditer(text)}


def _figure(match: re.Match[str]) -> str:
    given = _arguments(match[1])
    words = " ".join(filter(None, [given.get("title"), given.get("caption"), given.get("attr")]))
    caption = f"<figcaption>{escape(words)}</figcaption>" if words else ""
    alt = escape(given.get("alt", ""))
    return (
        f'\n\n<figure><img src="{escape(given.get("src", ""))}" alt="{alt}">{caption}</figure>\n\n'
    )


def _video(match: re.Match[str]) -> str:
    number = _arguments(match[2]).get("id") or match[2].strip().strip("\"'").split(" ")[0]
    site = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
    return f"\n\n{site[match[1]]}{escape(number)}\n\n"


def _footnotes(text: str) -> tuple[str, list[str]]:
    """The text with numbers in place of its marks, and the notes in the order of their numbers.
    A note that no mark names comes last: no word may be lost."""
    notes: dict[str, str] = {}
    lines: list[str] = []
    name = ""
    for is_code, piece in _pieces(text):
        for line in piece.split("\n"):
            match = None if is_code else _NOTE.match(line)
            if match and match[1] not in notes:
                name = match[1]
                notes[name] = match[2]
            elif name and not is_code and (line.startswith(("    ", "\t"))):
                notes[name] += f"\n{line.strip()}"
            else:
                name = name if name and not line.strip() and not is_code else ""
                lines.append(line)
    order: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in notes:
            return match[0]
        if match[1] not in order:
            order.append(match[1])
        return f"<sup>{order.index(match[1]) + 1}</sup>"

    pieces = _pieces("\n".join(lines))
    marked = "\n".join(piece if code else _MARK.sub(number, piece) for code, piece in pieces)
    return marked, [notes[one] for one in [*order, *(one for one in notes if one not in order)]]


def _inline(text: str) -> str:
    return _markdown.renderInline(_MARK.sub(r"(\1)", text))
