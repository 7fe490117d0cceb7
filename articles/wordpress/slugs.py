"""Addresses for what comes from elsewhere: ours are plain, short, and never taken twice."""

import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from urllib.parse import unquote

from django.utils.text import slugify


def plain_slug(text: str, limit: int) -> str:
    """`text` as an address, or nothing where most of its letters would be lost on the way."""
    decoded = unicodedata.normalize("NFC", unquote(text))
    made = slugify(decoded)
    letters = sum(unicodedata.category(sign)[0] in "LNM" for sign in decoded)
    if sum(sign.isalnum() for sign in made) * 2 < letters:
        return ""
    return made[:limit].strip("-_")


def free_slug(wishes: Collection[str], *, fallback: str, taken: Collection[str], limit: int) -> str:
    """The first wish that makes an address, with a number behind it where it is taken."""
    made = filter(None, (plain_slug(wish, limit) for wish in wishes))
    base = next(made, "") or fallback
    return next(slug for slug in _numbered(base, limit) if slug not in taken)


def _numbered(base: str, limit: int) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base[: limit - len(str(number)) - 1]}-{number}"
