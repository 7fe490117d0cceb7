"""Every path at which Hugo or Jekyll served a text.

No imports of Django.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

# Jekyll's names for patterns, and what it does without one.
_DATED = "/:categories/:year/:month/:day/:title"
PATTERNS = {
    "date": f"{_DATED}.html", "": f"{_DATED}.html", "pretty": f"{_DATED}/",
    "ordinal": "/:categories/:year/:y_day/:title.html", "none": "/:categories/:title.html",
}  # fmt: skip
_TOKEN = re.compile(r":(\w+)(?:\[[^\]]*\])?")


@dataclass(frozen=True)
class Place:
    """What an address may be made of. `section`: the folders below the content."""

    slug: str
    file_stem: str
    section: str
    categories: tuple[str, ...]
    date: datetime | None


def urlized(text: str) -> str:
    """As both write a name in an address: letters and digits of every script, joined by hyphens."""
    kept = re.sub(r"[^\w\s./-]+", "", text.lower().strip())
    return re.sub(r"[\s-]+", "-", kept).strip("-")


def by_pattern(pattern: str, place: Place) -> str:
    """Empty if the pattern needs something that the text does not have."""
    categories = "/".join(map(urlized, place.categories))
    tokens = {
        "slug": place.slug, "title": place.slug, "slugorfilename": place.slug,
        "slugorcontentbasename": place.slug, "filename": place.file_stem, "name": place.file_stem,
        "contentbasename": place.file_stem, "basename": place.file_stem,
        "section": place.section.partition("/")[0], "sections": place.section,
        "path": place.section, "collection": place.section, "categories": categories,
        "output_ext": ".html",
    }  # fmt: skip
    if at := place.date:
        tokens |= {
            "year": f"{at:%Y}", "month": f"{at:%m}", "day": f"{at:%d}", "i_month": str(at.month),
            "i_day": str(at.day), "short_year": f"{at:%y}", "y_day": f"{at:%j}",
            "monthname": f"{at:%B}".lower(), "yearday": f"{at.timetuple().tm_yday}",
        }  # fmt: skip
    if not set(_TOKEN.findall(pattern)) <= set(tokens):
        return ""
    path = _TOKEN.sub(lambda m: tokens[m[1]], pattern)
    return re.sub(r"/{2,}", "/", f"/{path}")


def ways(path: str) -> Iterator[str]:
    """A path with and without its ending: servers answer at both."""
    if not path:
        return
    yield path
    bare = re.sub(r"(?:/index)?\.html?$", "", path).rstrip("/")
    if bare:
        yield from (f"{bare}/", f"{bare}.html", f"{bare}/index.html")
