"""Cuts the fonts' originals, which come as packages, down to what the pages use.

The same packages and the same file give the same bytes, so that hashed names stay.
"""

import hashlib
import io
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

# As CSS writes it: the @font-face rules name the same characters.
LATIN = (
    "U+0-FF, U+131, U+152-153, U+2BB-2BC, U+2C6, U+2DA, U+2DC, U+2000-206F, U+20AC, U+20B9,"
    " U+2122, U+2190-2193, U+2212, U+221A"
)
DEVANAGARI = "U+900-97F, U+200C-200D, U+25CC"
# Kerning, ligatures, accents, and lining figures of one width.
LATIN_FEATURES = (
    "calt", "ccmp", "clig", "kern", "liga", "lnum", "locl", "mark", "mkmk", "rlig", "tnum",
)  # fmt: skip
# Copyright, version, licence and its address: the licence asks for the first and the third.
KEPT_NAMES = {0, 5, 13, 14}
TOOLS = ("fonttools", "brotli")


@dataclass(frozen=True)
class Subset:
    file: str
    # "Source" is a reserved font name: a changed font may not be called so.
    family: str
    package: str
    source: str
    characters: str = LATIN
    features: tuple[str, ...] = LATIN_FEATURES
    # Reading text is 19 to 20 pixels: the optical size that the serif is cut at.
    axes: tuple[tuple[str, float | tuple[float, float]], ...] = (("wght", (400, 700)),)


SUBSETS = (
    Subset(
        "psywellpath-serif.woff2",
        "Psywellpath Serif",
        "fontpkg_source_serif_4",
        "SourceSerif4[opsz,wght].ttf",
        axes=(("opsz", 20), ("wght", (400, 700))),
    ),
    Subset("figtree.woff2", "Figtree", "fontpkg_figtree", "Figtree[wght].ttf"),
    Subset(
        "noto-sans-devanagari.woff2",
        "Noto Sans Devanagari",
        "fontpkg_noto_sans_devanagari",
        "NotoSansDevanagari[wdth,wght].ttf",
        DEVANAGARI,
        ("*",),
        axes=(("wdth", 100), ("wght", (400, 700))),
    ),
)
LICENCES = {
    f"licence-{package.removeprefix('fontpkg_').replace('_', '-')}.txt": package
    for package in sorted({part.package for part in SUBSETS})
}


def recipe() -> str:
    """Changes whenever the subsets' bytes may change."""
    packages = [*sorted(LICENCES.values()), *TOOLS]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for package in packages:
        digest.update(f"{package}=={version(package)}\n".encode())
    return digest.hexdigest()[:16]


def package_folder(package: str) -> Path:
    return Path(import_module(package).ROOT)


def licence(package: str) -> bytes:
    return (package_folder(package) / "LICENSE").read_bytes()


def codepoints(characters: str) -> set[int]:
    points: set[int] = set()
    for part in characters.replace("U+", "").split(", "):
        first, _, last = part.partition("-")
        points |= set(range(int(first, 16), int(last or first, 16) + 1))
    return points


def build(part: Subset) -> bytes:
    """The subset as WOFF2. It takes up to five seconds."""
    path = package_folder(part.package) / "files" / part.source
    font = TTFont(path, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = list(part.features)
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False
    # STAT lists the styles for a desktop's menu of fonts.
    options.drop_tables += ["STAT"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codepoints(part.characters))
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, dict(part.axes), inplace=True)
    _rename(font, part)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def _rename(font: Any, part: Subset) -> None:
    names = font["name"]
    kept = set(KEPT_NAMES)
    if "fvar" in font:
        font["fvar"].instances = []
        kept |= {axis.axisNameID for axis in font["fvar"].axes}
    names.names = [record for record in names.names if record.nameID in kept]
    full = f"{part.family} Regular"
    postscript = f"{part.family.replace(' ', '')}-Regular"
    for name_id, text in {1: part.family, 2: "Regular", 3: full, 4: full, 6: postscript}.items():
        names.setName(text, name_id, 3, 1, 0x409)
