"""Email addresses that look like another person's: all characters that fold to plain ASCII.

The folds are `upper`, `lower` and `casefold` of Python and PostgreSQL, NFKC, and the two mappings
for domains (IDNA 2003, and UTS 46 if the package `idna` is installed).
"""

import encodings.idna
import functools
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.thorough import THOROUGH

try:
    from idna import IDNAError, uts46_remap
except ImportError:
    uts46_remap = None

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@.")


def _nfkc(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign)


def _idna_2003(sign: str) -> str | None:
    try:
        return encodings.idna.nameprep(sign)
    except UnicodeError:
        return None


def _uts_46(sign: str) -> str | None:
    try:
        return uts46_remap(sign, False)
    except IDNAError:
        return None


FOLDS: list[Callable[[str], str | None]] = [
    str.upper, str.lower, str.casefold, _nfkc, lambda sign: _nfkc(sign).upper(),
    lambda sign: _nfkc(sign).casefold(), _idna_2003, *([_uts_46] if uts46_remap else []),
]  # fmt: skip


# Those used in real attacks come first: dotless i, long s, the Kelvin sign, full-width a and @, the
# ideographic full stop, the soft hyphen.
FAMOUS = "\u0131\u017f\u212a\uff41\uff20\u3002\u00ad"


def _candidates() -> Iterator[str]:
    """All of Unicode; unless THOROUGH, the European blocks and the letter-like symbols."""
    yield from FAMOUS
    last = sys.maxunicode if THOROUGH else 0x24FF
    yield from (chr(n) for n in range(0x80, last + 1) if not 0xD800 <= n < 0xE000)


@functools.cache
def folded() -> dict[str, set[str]]:
    """Each character beyond ASCII and what it folds to: "" if it vanishes from a domain."""
    folds: dict[str, set[str]] = {}
    for sign in _candidates():
        for fold in FOLDS:
            plain = fold(sign)
            if plain is not None and plain.isascii() and set(plain.lower()) <= PLAIN:
                folds.setdefault(sign, set()).add(plain.lower())
    return folds


@dataclass(frozen=True)
class Lookalike:
    """`typed` folds to `address`, which has an account; `unknown` is similar, but has none."""

    typed: str
    unknown: str
    address: str


def _cases(sign: str, plain: str) -> Iterator[Lookalike]:
    if plain == "@":
        shapes = ["{who}{x}example.org"]
    else:
        shapes = ["{who}{x}q@example.org", "{who}@q{x}q.example.org"]
    for shape in shapes:
        yield Lookalike(
            shape.format(who="known", x=sign),
            shape.format(who="nobody", x=sign),
            shape.format(who="known", x=plain),
        )


@functools.cache
def cases() -> list[Lookalike]:
    """In the local part and in the domain."""
    return [
        one
        for sign, plains in folded().items()
        for plain in sorted(plains)
        for one in _cases(sign, plain)
    ]
