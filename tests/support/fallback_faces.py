"""How wide a font of the system sets our texts, compared with a font of our own.

From here come the figures of the fallbacks' `@font-face` rules. Gelasio stands in for Georgia, and
Liberation Serif for Times New Roman: they have the same widths, but are not packaged for Python.
"""

import base64
import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from psywellpath.fonts.subset import SUBSETS, Subset, build

ARTICLES = Path(__file__).parents[2] / "psywellpath" / "demonstration" / "articles"
# The sample articles, without their markup.
TEXT = re.sub(
    r"<[^>]+>|\s+",
    " ",
    "".join(path.read_text(encoding="utf-8") for path in sorted(ARTICLES.glob("*.html"))),
)
WIDTHS = """([text, font]) => Promise.all(["ours", "other"].map(async family => {
  await document.fonts.load(`${font} ${family}`);
  const context = document.createElement("canvas").getContext("2d");
  context.font = `${font} ${family}`;
  return context.measureText(text).width;
}))"""


@cache
def our_font(file: str) -> bytes:
    return build(next(part for part in SUBSETS if part.file == file))


@cache
def system_font(package: str, source: str, weight: int) -> bytes:
    """One weight of a variable font, as systems have it installed."""
    width = (("wdth", 100.0),) if "wdth" in source else ()
    return build(
        Subset("measured", "Measured", package, source, axes=(*width, ("wght", float(weight))))
    )


def size_adjust(page: Page, own: bytes, other: bytes, weight: int, style: str = "normal") -> float:
    """In per cent: at this size, the other font sets the text as wide as our own."""
    faces = "".join(
        f"@font-face {{ font-family: {family}; font-weight: 100 900; font-style: {style};"
        f" src: url(data:font/sfnt;base64,{base64.b64encode(data).decode()}); }}"
        for family, data in {"ours": own, "other": other}.items()
    )
    page.set_content(f"<style>{faces}</style>")
    ours, others = page.evaluate(WIDTHS, [TEXT[:20_000], f"{style} {weight} 100px"])
    return 100 * ours / others
