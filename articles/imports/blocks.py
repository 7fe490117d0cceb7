"""Reading and writing single blocks, tags and texts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape

from articles.imports import markup
from articles.text_parts import videos

_EMPTY_INLINE = re.compile(r"<(strong|b|em|i|s|u|sub|sup|abbr|code|cite|a)(?: [^>]*)?></\1>")
_LONE_PICTURE = re.compile(r"<img [^>]*>")


def without_unclosed_tags(source: str) -> str:
    """Removes tags and comments that never end.

    Python's parser searches the whole text for the end of each: thousands would take hours.
    """
    end = source.rfind("-->") + 1
    source = source[:end] + source[end:].replace("<!--", "")
    end = source.rfind(">") + 1
    return source[:end] + source[end:].replace("<", "&lt;")


def quoted(value: str) -> str:
    return f'"{escape(value)}"'


def tag_of(start: str) -> str:
    return start[1:-1].split(" ", 1)[0]


@dataclass
class Frame:
    """An open block: the element that the source names, and the one that we write."""

    source: str
    tag: str
    attributes: str = ""
    out: list[str] = field(default_factory=list)
    outer: int = 0  # Number of inline elements opened before it, which continue behind it.


def block_html(frame: Frame) -> str:
    """The HTML of a finished block, or nothing if it is empty."""
    inside = "".join(frame.out)
    while (shorter := _EMPTY_INLINE.sub("", inside)) != inside:
        inside = shorter
    if frame.tag != "pre":
        inside = re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", inside)
    finish: Callable[[str, Frame], str] = FINISH.get(frame.tag, _plain)
    return finish(inside, frame) if inside or frame.tag in {"td", "th", "tr"} else ""


def _plain(inside: str, frame: Frame) -> str:
    return f"<{frame.tag}{frame.attributes}>{inside}</{frame.tag}>"


def _paragraph(inside: str, frame: Frame) -> str:
    if markup.BARE_ADDRESS.fullmatch(inside):
        if videos.of(unescape(inside)):
            return f'<figure><a href="{inside}">{inside}</a></figure>'
        return f'<p><a href="{inside}">{inside}</a></p>'
    return f"<figure>{inside}</figure>" if _LONE_PICTURE.fullmatch(inside) else f"<p>{inside}</p>"


def _figure(inside: str, frame: Frame) -> str:
    """If its picture is missing, its caption becomes a paragraph."""
    if "<img" in inside:
        return f"<figure>{inside}</figure>"
    return inside.replace("<figcaption>", "<p>").replace("</figcaption>", "</p>")


def _caption(inside: str, frame: Frame) -> str:
    return f"<figcaption>{inside}</figcaption>"


FINISH = {"p": _paragraph, "figure": _figure, "figcaption": _caption}
