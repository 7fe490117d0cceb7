"""What the HTML of an article may contain. It is cleaned when it is stored, not when it is shown.

Everything that writes a body (the editor, an import, a command) goes through `RichTextField`, so
the database never contains markup that a page must not show. This is also the only module that
marks HTML as safe.
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
from django.utils.translation import gettext as _

from articles import nesting, phone_links, pictures
from articles.text_parts import notes as text_notes
from articles.text_parts import videos

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "b", "em", "i", "s", "u", "sub", "sup", "abbr",
    "code", "pre", "blockquote", "cite", "ul", "ol", "li", "a", "figure", "figcaption", "img",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "aside",
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
MOST_PASSES = 8
SCHEMES = {"http", "https", "mailto", "tel"}
NUMBERS = {"width", "height", "start", "colspan", "rowspan"}

# nh3 writes every attribute as name="value" with quotes escaped, so these match it exactly.
_ATTRIBUTE = r'\s[^\s=>]+="[^"]*"'
_IMAGE = re.compile(rf"<img((?:{_ATTRIBUTE})*)>")
# Matches `<p>&nbsp;</p>` backwards: from the end, each character is read only once.
_EMPTY_TAIL = re.compile(r"\s*(?:>(p|[234]h)/<(?:\s|;psbn&|>rb<)*>\1<\s*)*")
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_CODE = re.compile(r"\b[A-Z]{2,}(?:-[A-Z0-9]+)+\b")
_OWN_ADDRESS = re.compile(r'(<(?:a|img)\b[^<]*?\s(?:href|src)=")/(?!/)')
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
# The width at which a picture in the text is drawn: the column's, or a narrower screen's.
COLUMN = "(min-width: 48rem) 43rem, 92vw"
# A box that says, for instance, when to get help. The page tells pasting programs what it is, and
# screen readers that it is no column of its own.
CALL_OUT = '<aside class="call-out" role="note">'
# Ids that the page around the text uses itself.
_TAKEN = ("content", "corrections", "sources", "related", "steps", "")
_SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _own_picture(address: str) -> bool:
    """Whether a picture comes from our own media folder and nowhere else."""
    prefix = settings.MEDIA_URL
    path = address.removeprefix(prefix)
    return address.startswith(prefix) and bool(re.fullmatch(r"(?:[\w-]+/)*[\w-]+\.\w+", path))


def _misleads(address: str) -> bool:
    """Whether an address, without its invisible characters, has a scheme that is not allowed, or
    leads to another site without any scheme."""
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
        return None  # The editor writes one for each link, even if it is empty.
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


class Cleaned(str):
    """What `clean` returned: every change of a string gives another one, which is none of these. A
    field need not clean it again. Nothing but `clean` makes one."""

    __slots__ = ()


def clean(html: str) -> Cleaned:
    """The part of `html` that an article may contain. Clean HTML stays as it is.

    The output for misnested elements can change when it is cleaned again, so cleaning is repeated
    until nothing changes: twice as a rule, rarely three times.
    """
    html, before = html.replace("\x00", ""), None
    for _pass in range(MOST_PASSES):
        html, before = _cleaned(html), html
        if html == before:
            break
    return Cleaned(html)


def _cleaned(html: str) -> str:
    """One pass. Its time grows only with the length of the text (articles/nesting.py)."""
    shallow = nesting.nested(html, _ELEMENTS)
    cleaned = _cleaner.clean(shallow)
    cleaned = _IMAGE.sub(lambda m: m[0] if ' src="' in m[1] else "", cleaned).strip()
    # The editor always leaves an empty last paragraph.
    tail = _EMPTY_TAIL.match(cleaned[::-1])
    return cleaned[: len(cleaned) - tail.end()] if tail else cleaned


def _to_store(html: str) -> Cleaned:
    """An import saves thousands of texts, each of which it has just cleaned."""
    return html if isinstance(html, Cleaned) else clean(html)


class RichTextField(models.TextField):
    """HTML that is cleaned whenever it is saved, whatever its source."""

    def to_python(self, value: object) -> str | None:
        """Validates what will be stored: a text that contains only scripts is empty."""
        text = super().to_python(value)
        return clean(text) if text else text

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Cleans the instance, too, so that it equals the stored row after saving."""
        value = _to_store(getattr(model_instance, self.attname) or "")
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        """`update()` and `bulk_update()` call this and not `pre_save`."""
        if isinstance(value, str):
            value = _to_store(value)
        return super().get_db_prep_save(value, connection)


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Note:
    """A note of the text, which the page shows beside or below it."""

    number: int
    html: SafeString


@dataclass(frozen=True)
class Prose:
    """A stored body ready for a page, with an id for each heading."""

    html: SafeString
    headings: tuple[Heading, ...]
    notes: tuple[Note, ...] = ()
    # The origins of the players of its videos, for which the page's policy is opened.
    players: tuple[str, ...] = ()

    @property
    def contents(self) -> tuple[Heading, ...]:
        """The entries of a table of contents: headings of level 2, if there are at least three."""
        chapters = tuple(h for h in self.headings if h.level == 2)
        return chapters if len(chapters) >= 3 else ()


def render(stored: str, *, notes_apart: bool = False) -> Prose:
    """A stored, and so cleaned, body with ids of headings and with phone numbers to press.

    `notes_apart`: the page shows the notes itself, and `html` is the text without them.
    """
    headings: list[Heading] = []
    taken = dict.fromkeys((*_TAKEN, *text_notes.ids(stored)), 1)
    text, notes = text_notes.split(stored) if notes_apart else (stored, ())

    def with_id(match: re.Match[str]) -> str:
        text = plain(match[2])
        heading = Heading(int(match[1]), free_id(text, taken), text)
        headings.append(heading)
        return f'<h{heading.level} id="{heading.id}">{match[2]}</h{heading.level}>'

    html = _HEADING.sub(with_id, text).replace("<aside>", CALL_OUT)
    numbers = _help_numbers()

    def ready(part: str) -> SafeString:
        return trusted(phone_links.linked(_IMAGE.sub(_with_sizes, part), numbers))

    apart = tuple(Note(note.number, ready(note.html)) for note in notes)
    with_cards, players = videos.drawn(html, _video_card)
    return Prose(ready(with_cards), tuple(headings), apart, players)


def _video_card(video: videos.Video) -> str:
    """A link to the video's own page, which `video.js` turns into its player once it is pressed."""
    host = video.host.name
    # What an import found without a title has its address for one.
    bare = video.title.startswith("https://")
    title = escape(_("A video from %(host)s") % {"host": host}) if bare else video.title
    what = _("Play the video from %(host)s") % {"host": host}
    why = _("Nothing is loaded from %(host)s before you press play.") % {"host": host}
    return (
        f'<figure class="video"><a href="{escape(video.page)}" rel="noopener"'
        f' data-player="{escape(video.player)}"><span class="video-title">{title}</span>'
        f'<span class="video-play">{escape(what)}</span></a>'
        f"<figcaption>{escape(why)}</figcaption></figure>"
    )


def _help_numbers() -> set[str]:
    lines = (line for kind in settings.HELP_LINES.values() for line in kind)
    return {number for line in lines for number in line.numbers}


def _with_sizes(match: re.Match[str]) -> str:
    """Adds the picture's size, so that the text does not jump, and its renditions."""
    source = re.search(r'\ssrc="([^"]*)"', match[1])
    sizes = pictures.sizes_of(source[1]) if source else None
    attributes = match[1]
    if sizes:
        attributes = re.sub(r'\s(?:width|height)="[^"]*"', "", attributes)
        attributes += f' width="{sizes.width}" height="{sizes.height}"'
        attributes += f' srcset="{sizes.srcset}" sizes="{COLUMN}"'
    return f'<img{attributes} loading="lazy" decoding="async">'


def _hyphenated(text: str) -> str:
    """Letters, digits and marks joined by hyphens; Django's slugify drops Hindi's vowel signs."""
    characters = (c if unicodedata.category(c)[0] in "LNM" else " " for c in text.lower())
    return "-".join("".join(characters).split())


def free_id(text: str, taken: dict[str, int]) -> str:
    """An id that is not in `taken`, which counts the uses of each so that none is tried twice."""
    base = candidate = _hyphenated(text)[:60].strip("-") or "part"
    while candidate in taken:
        taken[base] += 1
        candidate = f"{base}-{taken[base]}"
    taken[candidate] = 1
    return candidate


def plain(html: str) -> str:
    """The text of stored HTML on one line, without markup."""
    return " ".join(
        unescape(strip_tags(re.sub(r"<(?:/p|br|/li|/h\d|/figcaption)>", " ", html))).split()
    )


def highlighted(text: str, start: str, stop: str) -> SafeString:
    """The escaped words of a stored text, with <mark> in place of `start` and `stop`."""
    words = escape(" ".join(unescape(text).split()))
    marked = re.sub(f"{start}([^{start}{stop}]*){stop}", r"<mark>\1</mark>", words)
    return trusted(marked.replace(start, "").replace(stop, ""))


def unbroken(text: str) -> SafeString:
    """The escaped words of a text; codes such as DSM-5-TR stay on one line."""
    return trusted(_CODE.sub(r'<span class="text-nowrap">\g<0></span>', escape(text)))


def absolute(stored: str, site: str) -> str:
    """A stored body whose links and pictures also work outside the site, as in a feed."""
    return _OWN_ADDRESS.sub(rf"\g<1>{site}/", stored)


def data_block(data: object) -> SafeString:
    """JSON that is safe inside a <script> data block, whatever its strings contain."""
    return trusted(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))


def trusted(html: str) -> SafeString:
    """The only function that marks HTML as safe: HTML that was cleaned on saving, or escaped."""
    return mark_safe(html)  # noqa: S308
