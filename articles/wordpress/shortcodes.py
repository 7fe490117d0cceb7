"""WordPress's shortcodes in square brackets: known ones become HTML, unknown ones are removed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape

_NAME = r"[A-Za-z][\w-]*"
_ARGUMENTS = r"""(?:[^\[\]"']|"[^"]*"|'[^']*')*?"""
_TAG = re.compile(rf"(\[?)\[(/?)({_NAME})(\s{_ARGUMENTS})?(/?)\](\]?)")
_ARGUMENT = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
_PICTURE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)", re.IGNORECASE)
_ADDRESS = re.compile(r"""https?://[^\s"'<>\[\]]+""")
_LINE = re.compile(r"\n|</?p\b[^>]*>|<br\s*/?>|-->|<!--")
# How many characters to each side are searched for the ends of a line.
NEAR = 200
MEDIA = {"embed", "video", "audio", "youtube", "vimeo", "playlist", "wpvideo", "soundcloud"}
CAPTION = {"caption", "wp_caption"}

Pictures = Callable[[str], Iterable[str]]


def _arguments(text: str) -> dict[str, str]:
    return {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ARGUMENT.finditer(text)}


def expand(text: str, dropped: Counter[str], gallery: Pictures) -> str:
    """`text` without shortcodes. `gallery` returns the ids of the pictures in a gallery."""
    closed = {m[3].lower() for m in _TAG.finditer(text) if m[2]}
    for name in sorted(closed & (CAPTION | MEDIA)):
        pair = re.compile(rf"(?<!\[)\[{name}(\s{_ARGUMENTS})?\](.*?)\[/{name}\]", re.DOTALL | re.I)
        write = _caption if name in CAPTION else _media
        text = pair.sub(lambda m, write=write: write(m[1] or "", m[2]), text)  # type: ignore[misc]

    def replace(match: re.Match[str]) -> str:
        if match[1] and match[6]:
            return match[0][1:-1]  # [[x]] is how a text shows a shortcode.
        if not _is_shortcode(match, closed):
            return match[0]
        return match[1] + _single(match, dropped, gallery) + match[6]

    return _TAG.sub(replace, text)


def _is_shortcode(match: re.Match[str], closed: set[str]) -> bool:
    """Whether the brackets are a shortcode rather than prose such as [sic]."""
    name, arguments = match[3].lower(), match[4] or ""
    known = name in MEDIA | {"gallery"} or name in closed
    return known or bool(_ARGUMENT.search(arguments)) or bool(match[5]) or _alone(match)


def _alone(match: re.Match[str]) -> bool:
    """Whether it is alone on its line or in its paragraph, such as [toc]."""
    text, start, end = match.string, match.start(), match.end()
    before = _LINE.split(text[max(0, start - NEAR) : start])[-1]
    after = _LINE.split(text[end : end + NEAR])[0]
    return not match[4] and not before.strip() and not after.strip()


def _single(match: re.Match[str], dropped: Counter[str], gallery: Pictures) -> str:
    name, arguments = match[3].lower(), match[4] or ""
    if name == "gallery":
        ids = gallery(_arguments(arguments).get("ids", ""))
        figures = "".join(f'<figure><img class="wp-image-{escape(i)}"></figure>' for i in ids)
        return (
            f'<figure class="wp-block-gallery">{figures}</figure>'
            if figures.count("<img") > 1
            else figures
        )
    if name in MEDIA and not match[2] and _ADDRESS.search(arguments):
        return _media(arguments, "")
    if not match[2]:
        dropped[f"[{name}]"] += 1
    return ""


def _caption(arguments: str, inside: str) -> str:
    picture = _PICTURE.match(inside)
    if not picture:
        return inside
    words = inside[picture.end() :].strip() or _arguments(arguments).get("caption", "")
    return f"<figure>{picture[1]}<figcaption>{words}</figcaption></figure>"


def _media(arguments: str, inside: str) -> str:
    """A recording or an embedded page: its address in a paragraph, which later becomes a link."""
    address = _ADDRESS.search(inside) or _ADDRESS.search(arguments)
    return f"\n\n<p>{address[0]}</p>\n\n" if address else ""
