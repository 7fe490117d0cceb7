"""Our own fonts: small, complete, named as their licence asks; and fallbacks of the same width."""

import io
import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from psywellpath.fonts.finder import FontFinder
from psywellpath.fonts.subset import SUBSETS, build
from tests.support.fallback_faces import our_font, size_adjust, system_font

LIMITS = {
    "psywellpath-serif.woff2": 32_000,
    "figtree.woff2": 17_000,
    "noto-sans-devanagari.woff2": 71_000,
}
FIRST_VISIT = ("psywellpath-serif.woff2", "figtree.woff2")
STYLES = Path("static/css/site.css").read_text(encoding="utf-8")
TEXTS = [*Path("templates").rglob("*.html"), *Path("psywellpath/locale").rglob("*.po")]
# Pictograms, which a font of the system draws.
PICTOGRAMS = set("✓")
# Name of the fallback, weight, package and file of the font it stands for, and our own font.
FALLBACKS = [
    ("Sans as Arial", 400, "fontpkg_arimo", "Arimo[wght].ttf", "figtree.woff2"),
    ("Sans as Roboto", 400, "fontpkg_roboto", "Roboto[wdth,wght].ttf", "figtree.woff2"),
    ("Sans as Roboto", 600, "fontpkg_roboto", "Roboto[wdth,wght].ttf", "figtree.woff2"),
    ("Serif as Noto", 400, "fontpkg_noto_serif", "NotoSerif[wdth,wght].ttf",
     "psywellpath-serif.woff2"),
]  # fmt: skip


@cache
def served(file: str) -> bytes:
    return Path(finders.find(f"fonts/{file}")).read_bytes()


@cache
def font(file: str) -> TTFont:
    return TTFont(io.BytesIO(served(file)))


def test_they_are_small():
    assert all(len(served(file)) <= limit for file, limit in LIMITS.items())
    assert sum(len(served(file)) for file in FIRST_VISIT) <= 48_000


def test_the_finder_lists_and_finds_them_with_their_licences():
    paths = {f"fonts/{file}" for file in FontFinder.files}
    assert {path for path, _storage in FontFinder().list([])} == paths
    assert all(Path(finders.find(path)).exists() for path in paths)
    assert finders.find("fonts/other.woff2") is None


def test_the_same_input_gives_the_same_bytes():
    part = next(part for part in SUBSETS if part.file == "figtree.woff2")
    assert build(part) == served(part.file)


def test_they_cover_every_character_of_the_pages():
    covered = {chr(point) for part in SUBSETS for point in font(part.file).getBestCmap()}
    used = set("".join(path.read_text(encoding="utf-8") for path in TEXTS)) - set("\n\t")
    assert used - covered <= PICTOGRAMS


def test_figures_of_one_width_and_kerning_are_kept():
    """The serif's figures have one width by themselves; Figtree's by the feature `tnum`."""
    serif, sans = map(font, FIRST_VISIT)
    assert len({serif["hmtx"][serif.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}) == 1
    assert "tnum" in {r.FeatureTag for r in sans["GSUB"].table.FeatureList.FeatureRecord}
    for one in (serif, sans):
        assert "kern" in {r.FeatureTag for r in one["GPOS"].table.FeatureList.FeatureRecord}


def test_no_name_is_a_reserved_one():
    """The copyright line itself may name it."""
    for part in SUBSETS:
        names = {r.nameID: r.toUnicode() for r in font(part.file)["name"].names}
        assert names[1] == part.family
        assert not [text for name, text in names.items() if name in {1, 3, 4, 6} and "Sour" in text]
        assert "Copyright" in names[0] or "©" in names[0]


def test_the_rules_name_the_same_characters():
    for part in SUBSETS:
        rule = re.search(rf"@font-face [^}}]*fonts/{part.file}[^}}]*}}", STYLES)
        assert rule
        assert f"unicode-range: {part.characters};" in rule[0]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("family", "weight", "package", "source", "own"),
    FALLBACKS,
    ids=lambda value: value if isinstance(value, int) or " as " in str(value) else "",
)
def test_fallbacks_are_as_wide_as_our_own(chromium_browser, family, weight, package, source, own):
    page = chromium_browser.new_page()
    bold = 700 if weight == 600 else weight
    measured = size_adjust(page, our_font(own), system_font(package, source, bold), weight)
    page.close()
    rule = re.search(
        rf'font-family: "{family}"; font-weight: {weight} [^}}]*size-adjust: ([\d.]+)%', STYLES
    )
    assert rule
    assert float(rule[1]) == pytest.approx(measured, abs=0.2)
