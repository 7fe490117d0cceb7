"""Compares two versions as the text that people read, not as markup.

A text is split into its paragraphs, headings, list items and pictures; those that changed are
compared word by word. The result contains no HTML: the template renders it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from articles.models import Author, Image, Series, Topic

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
_BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|blockquote|figcaption|caption|tr|pre)>|<hr>")
_ALL_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Part:
    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A paragraph or the like; an unchanged one has a single part."""

    parts: tuple[Part, ...]

    @property
    def kind(self) -> str:
        kinds = {part.kind for part in self.parts}
        return kinds.pop() if len(kinds) == 1 else "changed"


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
    texts = [str(value or "").splitlines() for value in (before, after)]
    return by_paragraph(texts[0], texts[1])


def _named(model: Any, value: Any) -> str:
    keys = value if isinstance(value, list) else [value]
    return ", ".join(str(row) for row in model.objects.filter(pk__in=[k for k in keys if k]))


def blocks(html: str) -> list[str]:
    """The paragraphs of a stored text, with the addresses of links and the names of pictures."""
    html = re.sub(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', r"\2 [→ \1]", html, flags=re.DOTALL)
    html = re.sub(r'<img [^>]*?src="([^"]*)"[^>]*?(?:alt="([^"]*)")?[^>]*>', r"[▣ \2 \1]</p>", html)
    html = re.sub(r"<h([2-4])>", lambda m: "#" * int(m[1]) + " ", html)
    html = html.replace("<li>", "• ")
    texts = (" ".join(unescape(strip_tags(part)).split()) for part in _BLOCK_END.split(html))
    return [text for text in texts if text not in ("", "•")]


def by_paragraph(old: list[str], new: list[str]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += (Line((Part(SAME, text),)) for text in old[a:b])
            continue
        for before, after in _pairs(old[a:b], new[c:d]):
            lines.append(Line(by_word(before, after)))
    return tuple(lines)


def _pairs(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Pairs the paragraphs in order; one without a partner is paired with an empty text."""
    length = max(len(old), len(new))
    padded = [texts + [""] * (length - len(texts)) for texts in (old, new)]
    return list(zip(*padded, strict=True))


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
