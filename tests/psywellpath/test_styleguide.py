"""The style guide shows every piece, to staff alone."""

import re
from collections.abc import Iterator

from django.conf import settings
from selectolax.lexbor import LexborHTMLParser

from psywellpath.pages.styleguide import COLOURS, drawings

FOLDER = settings.BASE_DIR / "static" / "css"
CSS = (FOLDER / "site.css").read_text()
# The sections of the stylesheets that hold the pieces.
SECTIONS = {"site.css": ("Pieces",), "desk.css": ("Pieces of staff pages",)}
# What only a browser has: states of pointer and focus, and parts that CSS adds.
IN_BROWSER = re.compile(r"::[\w-]+|:(?:hover|focus-visible|focus-within|active)\b")


def selectors() -> Iterator[str]:
    """Each selector of the pieces, without what only a browser has."""
    for file, titles in SECTIONS.items():
        text = re.sub(r"/\*(?! ---).*?\*/", "", (FOLDER / file).read_text(), flags=re.S)
        for section in re.split(r"/\* --- ", text)[1:]:
            if section.split(" --")[0] in titles:
                for rule in re.findall(r"([^{}]+)\{", section.split("*/", 1)[1]):
                    if "@" not in rule:
                        yield from commas(IN_BROWSER.sub("", rule))


def commas(rule: str) -> list[str]:
    """The selectors of a rule, parted at the commas outside brackets."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", rule)]


def test_every_piece_is_shown_in_every_state(cast, browser_of):
    """Not only each class: each selector of the pieces matches something on the page."""
    page = LexborHTMLParser(browser_of(cast.meera).get("/styleguide/").content.decode())
    known = set(selectors())
    assert len(known) > 60
    missing = sorted(one for one in known if not page.css_first(one))
    assert not missing, "the style guide leaves out: " + ", ".join(missing)


def test_every_colour_icon_and_picture_is_shown(cast, browser_of):
    page = browser_of(cast.meera).get("/styleguide/").content.decode()
    assert {f"--{name}:" for name in COLOURS} <= set(re.findall(r"--[a-z-]+:", CSS))
    for name in [*drawings()["icons"], *(f"art-{topic}" for topic in drawings()["topics"])]:
        assert f'sprite.svg#{name}"' in page, name


def test_every_icon_that_a_template_names_is_drawn():
    named = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r'\{% icon "([\w-]+)"', path.read_text())
    }
    assert named <= set(drawings()["icons"])
