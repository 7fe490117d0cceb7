"""Pictures of shared links: a title on the site's colours, drawn when a text is published.

Drawn with the fonts whose packages the site ships (docs/decisions/0023), Devanagari included. The
same words give the same file, whose name tells them apart.
"""

import io
import math
import unicodedata
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, EDGE = 1200, 630, 84
# A change of the drawing is a new number, and so a new file.
RECIPE = 2
PAPER, INK, QUIET = "#faf7f2", "#1f2d2a", "#50605a"
SUN, FAR, NEAR = "#f2b793", "#8fbdae", "#1d6457"
SERIF = ("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf")
SANS = ("fontpkg_figtree", "Figtree[wght].ttf")
HINDI = ("fontpkg_noto_sans_devanagari", "NotoSansDevanagari[wdth,wght].ttf")
SIZES, ROOM = (100, 84, 72, 62, 54, 46), 316
LINE = WIDTH - 2 * EDGE
# Curves of the hills, as heights at equal distances; both end below the edge.
FAR_HILL = (520, 470, 455, 480, 520, 500, 470, 465)
NEAR_HILL = (600, 585, 560, 545, 550, 570, 560, 540)
# No font has this.
NOWHERE = "\U0010ffff"
Run = tuple[str, tuple[str, str]]


def keep(title: str, below: str) -> str:
    """The name of the picture in the media storage, where it is drawn unless it exists; empty if
    the title has letters that none of our fonts has."""
    if any(unicodedata.category(c)[0] == "L" for c in set(title) - set(_legible(title))):
        return ""
    words = "\0".join((str(RECIPE), title, below))
    name = f"share/{sha256(words.encode()).hexdigest()[:24]}.png"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(draw(title, below)))
    return name


def draw(title: str, below: str) -> bytes:
    """A PNG of 1200 × 630 pixels. A title that does not fit ends with an ellipsis; signs that no
    font has, such as small pictures, are left out."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((960, 395, 1080, 515), fill=SUN)
    for heights, colour in ((FAR_HILL, FAR), (NEAR_HILL, NEAR)):
        pen.polygon(_hill(heights), fill=colour)
    pen.text((EDGE, 60), below, font=_font(_family(below, SANS), 34, 600), fill=QUIET)
    size, lines = fitted(_legible(title))
    for number, line in enumerate(lines):
        _write(pen, line, EDGE, 132 + number * round(size * 1.22), size)
    out = io.BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title stays above the hills, and its lines."""
    for size in SIZES:
        lines = _lines(title, size)
        if len(lines) * size * 1.22 <= ROOM:
            return size, _balanced(title, size, lines)
    most = int(ROOM / (SIZES[-1] * 1.22))
    return SIZES[-1], [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]


def _balanced(title: str, size: int, lines: list[str]) -> list[str]:
    """As many lines, but about as long as one another: no word alone on the last."""
    longest = max((_width(word, size) for word in title.split()), default=0.0)
    for width in range(LINE - 40, int(max(longest, LINE / 2)), -40):
        narrower = _lines(title, size, width)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _lines(title: str, size: int, width: int = LINE) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        first, *rest = _parts(word, size)
        if lines and _width(f"{lines[-1]} {first}", size) <= width:
            lines[-1] = f"{lines[-1]} {first}"
        else:
            lines.append(first)
        lines += rest
    return lines or [""]


def _parts(word: str, size: int) -> list[str]:
    """The word, cut where it is wider than the picture."""
    parts = [word]
    while _width(parts[-1], size) > LINE:
        last = parts.pop()
        cut = next(n for n in range(len(last), 0, -1) if _width(last[:n], size) <= LINE)
        parts += [last[:cut], last[cut:]]
    return parts


def _family(text: str, latin: tuple[str, str]) -> tuple[str, str]:
    return HINDI if any("\u0900" <= c <= "\u097f" for c in text) else latin


def _legible(title: str) -> str:
    words = ("".join(c for c in word if _has(_family(word, SERIF), c)) for word in title.split())
    return " ".join(filter(None, words))


@cache
def _has(family: tuple[str, str], character: str) -> bool:
    """Whether the font draws it otherwise than what it does not have."""
    font = _font(family, 40, 600)
    return bytes(font.getmask(character)) != bytes(font.getmask(NOWHERE))


def _runs(line: str) -> list[Run]:
    """Words, each with its font; a space belongs to the word before it."""
    return [(f"{word} ", _family(word, SERIF)) for word in line.split(" ")]


def _width(line: str, size: int) -> float:
    return sum(_font(family, size, 600).getlength(text) for text, family in _runs(line))


def _write(pen: ImageDraw.ImageDraw, line: str, x: float, y: float, size: int) -> None:
    for text, family in _runs(line):
        font = _font(family, size, 600)
        pen.text((x, y + size), text, font=font, fill=INK, anchor="ls")
        x += font.getlength(text)


def _hill(heights: tuple[int, ...]) -> list[tuple[float, float]]:
    """A smooth outline through the heights: each point between two is a cosine's."""
    step, points = WIDTH / (len(heights) - 1), []
    for x in range(0, WIDTH + 1, 6):
        n = min(int(x / step), len(heights) - 2)
        part = (1 - math.cos(math.pi * (x / step - n))) / 2
        points.append((float(x), heights[n] * (1 - part) + heights[n + 1] * part))
    return [*points, (WIDTH, HEIGHT), (0, HEIGHT)]


@cache
def _font(family: tuple[str, str], size: int, weight: int) -> ImageFont.FreeTypeFont:
    package, file = family
    font = ImageFont.truetype(str(Path(import_module(package).ROOT) / "files" / file), size)
    axes = font.get_variation_axes()
    is_weight = [b"Weight" in (axis["name"] or b"") for axis in axes]
    wanted = [
        float(weight if heavy else axis["default"] or 0)
        for heavy, axis in zip(is_weight, axes, strict=True)
    ]
    font.set_variation_by_axes(wanted)
    return font
