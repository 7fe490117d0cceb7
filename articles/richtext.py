"""What an article may contain: cleaned once, when it is stored; shown without a second thought.

Whatever writes a body (the editor, an import, a command) goes through `RichTextField`, so that
the database never holds markup which a page may not show. This is also the only room that
calls HTML safe.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from html import unescape

import nh3
from django.conf import settings
from django.db import models
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from articles import nesting, pictures

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "b", "em", "i", "s", "u", "sub", "sup", "abbr",
    "code", "pre", "blockquote", "cite", "ul", "ol", "li", "a", "figure", "figcaption", "img",
    "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
_ELEMENTS = {name: ATTRIBUTES.get(name, set()) for name in TAGS}
READINGS = 8
SCHEMES = {"http", "https", "mailto", "tel"}
NUMBERS = {"width", "height", "start", "colspan", "rowspan"}

# nh3 writes every attribute as name="value" with quotes escaped, so these match it exactly.
_ATTRIBUTE = r'\s[^\s=>]+="[^"]*"'
_IMAGE = re.compile(rf"<img((?:{_ATTRIBUTE})*)>")
# Read from the end, so that each sign is looked at once: `<p>&nbsp;</p>`, backwards.
_EMPTY_TAIL = re.compile(r"\s*(?:>(p|[234]h)/<(?:\s|;psbn&|>rb<)*>\1<\s*)*")
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_OWN_ADDRESS = re.compile(r'(<(?:a|img)\b[^<]*?\s(?:href|src)=")/(?!/)')
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
# How wide a picture in the text is drawn: the column, or the screen where that is narrower.
COLUMN = "(min-width: 48rem) 43rem, 92vw"
# Ids that the page around the text uses itself.
_TAKEN = ("content", "sources", "related", "steps", "")
_SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _own_picture(address: str) -> bool:
    """Whether a picture comes from our own media folder and nowhere else."""
    prefix = settings.MEDIA_URL
    path = address.removeprefix(prefix)
    return address.startswith(prefix) and bool(re.fullmatch(r"(?:[\w-]+/)*[\w-]+\.\w+", path))


def _misleads(address: str) -> bool:
    """Whether it is not what it seems, once the signs that nobody sees are gone: a scheme that is
    not ours to offer, or another site's address without any scheme."""
    seen = _UNSEEN.sub("", address)
    scheme, colon, _rest = seen.partition(":")
    if colon and _SCHEME.fullmatch(scheme) and scheme.lower() not in SCHEMES:
        return True
    return seen.startswith("//") or "\\" in seen[:10]


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _own_picture(value) else None
    if name in NUMBERS:
        return value if re.fullmatch(r"[0-9]{1,4}", value) else None
    if name == "href" and _misleads(value):
        return None
    if name == "title" and not value.strip():
        return None  # The editor writes one for each link, used or not.
    if name == "scope":
        return value if value in {"row", "col", "rowgroup", "colgroup"} else None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel="noopener",
    attribute_filter=_attribute,
    strip_comments=True,
)


def clean(html: str) -> str:
    """The part of `html` that an article may contain; the same again for what is clean.

    Misnested elements can come out so that a second reading builds them otherwise than the first:
    it goes on until nothing changes, which takes a second reading and seldom a third.
    """
    html, before = html.replace("\x00", ""), None
    for _reading in range(READINGS):
        html, before = _cleaned(html), html
        if html == before:
            break
    return html


def _cleaned(html: str) -> str:
    """In a time that grows with the length of the text alone (articles/nesting.py)."""
    shallow = nesting.nested(html, _ELEMENTS)
    kept = _IMAGE.sub(lambda m: m[0] if ' src="' in m[1] else "", _cleaner.clean(shallow)).strip()
    # The editor always leaves an empty last paragraph.
    tail = _EMPTY_TAIL.match(kept[::-1])
    return kept[: len(kept) - tail.end()] if tail else kept


class RichTextField(models.TextField):
    """HTML that is cleaned whenever it is saved, from whatever source."""

    def to_python(self, value: object) -> str | None:
        """Validates what will be stored: a text that contains only scripts is empty."""
        text = super().to_python(value)
        return clean(text) if text else text

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Cleans the instance, too, so that what is shown right after saving is what was stored."""
        value = clean(getattr(model_instance, self.attname) or "")
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        """`update()` and `bulk_update()` pass here and not through `pre_save`."""
        if isinstance(value, str):
            value = clean(value)
        return super().get_db_prep_save(value, connection)


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Prose:
    """A stored body, ready for a page: headings can be linked to."""

    html: SafeString
    headings: tuple[Heading, ...]

    @property
    def contents(self) -> tuple[Heading, ...]:
        """The entries of a table of contents; none where the text is short."""
        chapters = tuple(h for h in self.headings if h.level == 2)
        return chapters if len(chapters) >= 3 else ()


def render(stored: str) -> Prose:
    """Gives the headings of a stored (so: cleaned) body their ids."""
    headings: list[Heading] = []
    taken = dict.fromkeys(_TAKEN, 1)

    def name(match: re.Match[str]) -> str:
        text = plain(match[2])
        heading = Heading(int(match[1]), free_id(text, taken), text)
        headings.append(heading)
        return f'<h{heading.level} id="{heading.id}">{match[2]}</h{heading.level}>'

    html = _IMAGE.sub(_in_sizes, _HEADING.sub(name, stored))
    return Prose(trusted(html), tuple(headings))


def _in_sizes(match: re.Match[str]) -> str:
    """A picture with its size, so that the text does not jump, and in the size a screen needs."""
    source = re.search(r'\ssrc="([^"]*)"', match[1])
    found = pictures.sizes_of(source[1]) if source else None
    kept = re.sub(r'\s(?:width|height)="[^"]*"', "", match[1]) if found else match[1]
    size = f' width="{found.width}" height="{found.height}"' if found else ""
    srcset = f' srcset="{found.srcset}" sizes="{COLUMN}"' if found else ""
    return f'<img{kept}{size}{srcset} loading="lazy" decoding="async">'


def _words(text: str) -> str:
    """Letters, digits and marks, joined by hyphens; Django's slugify loses Hindi's vowel signs."""
    kept = (c if unicodedata.category(c)[0] in "LNM" else " " for c in text.lower())
    return "-".join("".join(kept).split())


def free_id(text: str, taken: dict[str, int]) -> str:
    """`taken` knows how often each one was asked for, so that no number is tried twice."""
    base = candidate = _words(text)[:60].strip("-") or "part"
    while candidate in taken:
        taken[base] += 1
        candidate = f"{base}-{taken[base]}"
    taken[candidate] = 1
    return candidate


def plain(html: str) -> str:
    """The words of stored HTML on one line, without markup."""
    return " ".join(unescape(strip_tags(re.sub(r"<(?:/p|br|/li|/h\d)>", " ", html))).split())


def highlighted(text: str, start: str, stop: str) -> SafeString:
    """Plain words of a stored text, escaped, with <mark> around what stood between the signs."""
    words = escape(" ".join(unescape(text).split()))
    marked = re.sub(f"{start}([^{start}{stop}]*){stop}", r"<mark>\1</mark>", words)
    return trusted(marked.replace(start, "").replace(stop, ""))


def absolute(stored: str, site: str) -> str:
    """A stored body whose own links and pictures work outside the site, as in a feed."""
    return _OWN_ADDRESS.sub(rf"\g<1>{site}/", stored)


def data_block(data: object) -> SafeString:
    """JSON that is safe inside a <script> data block, whatever its strings contain."""
    return trusted(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))


def trusted(html: str) -> SafeString:
    """The only place that marks HTML as safe: it was cleaned when it was saved, or escaped."""
    return mark_safe(html)  # noqa: S308
