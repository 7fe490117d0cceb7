"""Compares two versions as the text that people read, not as markup.

A text is split into its paragraphs, headings, list items and pictures; words that changed are
compared one by one. The result contains no HTML: the template renders it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from itertools import zip_longest
from typing import Any

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from articles.models import Author, Image, Series, Topic
from articles.pictures import sizes_of

SAME, GONE, NEW = "same", "gone", "new"
FIELDS: dict[str, str | Promise] = {
    "title": _("Title"),
    "slug": _("Web address"),
    "excerpt": _("Excerpt"),
    "description": _("Description"),
    "body": _("Text"),
    "sources": _("Sources"),
    "corrections": _("Corrections"),
    "withdrawn_because": _("Why it was withdrawn"),
    "instead": _("Article to read instead"),
    "status": _("Status"),
    "topic_id": _("Topic"),
    "more_topics": _("Other topics"),
    "author_id": _("Author"),
    "reviewer_id": _("Reviewed by"),
    "cover_id": _("Cover picture"),
    "series_id": _("Series"),
    "series_place": _("Place in the series"),
    "menu_label": _("Name in the menu"),
    "menu_place": _("Place in the menu"),
}
NAMED = {"topic_id": Topic, "author_id": Author, "reviewer_id": Author, "cover_id": Image,
         "series_id": Series, "more_topics": Topic}  # fmt: skip
# What a block is, if it is more than a paragraph.
FORMS: dict[str, str | Promise] = {
    "h2": _("Heading"),
    "h3": _("Subheading"),
    "h4": _("Small heading"),
    "li": _("List"),
    "blockquote": _("Quotation"),
    "picture": _("Picture"),
}
_BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|blockquote|figcaption|caption|tr|pre)>|<hr>")
_FORM = re.compile(r"<(h[2-4]|li|blockquote)[ >]")
_PICTURE = re.compile(r"(<img [^>]*>)")
_ALL_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Part:
    kind: str
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph or the like; of a picture the text is what it shows."""

    text: str
    form: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Line:
    """A block before and after; an unchanged one has a single part."""

    parts: tuple[Part, ...]
    form: str = ""
    picture: str = ""

    @property
    def kind(self) -> str:
        kinds = {part.kind for part in self.parts}
        return kinds.pop() if len(kinds) == 1 else "changed"

    @property
    def label(self) -> str | Promise:
        return FORMS.get(self.form, "")


@dataclass(frozen=True)
class Change:
    name: str | Promise
    lines: tuple[Line, ...]


def changes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    fields: Mapping[str, str | Promise] = FIELDS,
    rich: Collection[str] = ("body",),
) -> list[Change]:
    """The fields that differ; `rich` ones hold HTML. One query for each kind of row that they refer
    to."""
    changed = []
    for field, name in fields.items():
        before, after = old.get(field), new.get(field)
        if (before or "") != (after or "") and (field in old and field in new):
            changed.append(Change(name, _lines(field, before, after, field in rich)))
    return changed


def _lines(field: str, before: Any, after: Any, is_rich: bool) -> tuple[Line, ...]:
    if is_rich:
        lines = by_paragraph(blocks(before or ""), blocks(after or ""))
        same = all(line.kind == SAME for line in lines)
        only_formatting = Line((Part(NEW, str(_("Only the formatting has changed."))),))
        return (only_formatting,) if same else lines
    if field in NAMED:
        before, after = (_named(NAMED[field], value) for value in (before, after))
    old, new = ([Block(text) for text in str(value or "").splitlines()]
                for value in (before, after))  # fmt: skip
    return by_paragraph(old, new)


def _named(model: Any, value: Any) -> str:
    keys = value if isinstance(value, list) else [value]
    return ", ".join(str(row) for row in model.objects.filter(pk__in=[k for k in keys if k]))


def blocks(html: str) -> list[Block]:
    """What a reader sees of a stored text, block by block; links with their addresses."""
    html = re.sub(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', r"\2 (\1)", html, flags=re.DOTALL)
    found = (_block(part) for end in _BLOCK_END.split(html) for part in _PICTURE.split(end))
    return [block for block in found if block.text or block.picture]


def _block(html: str) -> Block:
    if _PICTURE.fullmatch(html):
        values = dict(re.findall(r'\s(src|alt)="([^"]*)"', html))
        source = unescape(values.get("src", ""))
        sizes = sizes_of(source)
        small = sizes.srcset.split(" ")[0] if sizes else source
        return Block(unescape(values.get("alt", "")).strip() or source, "picture", small)
    form = _FORM.findall(html)
    words = strip_tags(re.sub(r"</t[dh]>|<br>", " ", html))
    return Block(" ".join(unescape(words).split()), form[-1] if form else "")


def by_paragraph(old: list[Block], new: list[Block]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += (_whole(SAME, block) for block in old[a:b])
            continue
        for before, after in zip_longest(old[a:b], new[c:d]):
            lines += _compared(before, after)
    return tuple(lines)


def _compared(before: Block | None, after: Block | None) -> list[Line]:
    """Word by word, if both are words of the same form. Otherwise one was replaced by the other."""
    if before and after and before.form == after.form and not (before.picture or after.picture):
        return [Line(by_word(before.text, after.text), after.form)]
    both = ((GONE, before), (NEW, after))
    return [_whole(kind, block) for kind, block in both if block]


def _whole(kind: str, block: Block) -> Line:
    return Line((Part(kind, block.text),), block.form, block.picture)


def by_word(before: str, after: str) -> tuple[Part, ...]:
    """Compares word by word; texts with little in common are shown as a whole."""
    old, new = _ALL_WORDS.findall(before), _ALL_WORDS.findall(after)
    match = SequenceMatcher(None, old, new, autojunk=False)
    if match.ratio() < 0.4:
        both = ((GONE, before), (NEW, after))
        return tuple(Part(kind, text) for kind, text in both if text)
    parts = []
    for kind, a, b, c, d in match.get_opcodes():
        if kind == "equal":
            parts.append(Part(SAME, "".join(old[a:b])))
            continue
        parts += [Part(GONE, "".join(old[a:b]))] if b > a else []
        parts += [Part(NEW, "".join(new[c:d]))] if d > c else []
    return tuple(parts)
