"""Slugs for imported rows: plain, short and unique."""

import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from urllib.parse import unquote

from django.utils.text import slugify

from articles.imports.transliteration import latin


def plain_slug(text: str, limit: int) -> str:
    """`text` as a slug, or nothing if more than half of its letters would be lost."""
    decoded = latin(unquote(text))
    slug = slugify(decoded)
    letters = sum(unicodedata.category(character)[0] in "LNM" for character in decoded)
    if sum(character.isalnum() for character in slug) * 2 < letters:
        return ""
    return slug[:limit].strip("-_")


def free_slug(
    candidates: Collection[str], *, fallback: str, taken: Collection[str], limit: int
) -> str:
    """The first candidate that makes a slug, followed by a number if it is taken."""
    slugs = filter(None, (plain_slug(candidate, limit) for candidate in candidates))
    base = next(slugs, "") or fallback
    return next(slug for slug in _numbered(base, limit) if slug not in taken)


def _numbered(base: str, limit: int) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base[: limit - len(str(number)) - 1]}-{number}"
