"""The style guide shows every piece, to staff alone."""

import re

from django.conf import settings
from selectolax.lexbor import LexborHTMLParser

from psywellpath.pages.styleguide import COLOURS, drawings

CSS = (settings.BASE_DIR / "static" / "css" / "site.css").read_text()
PIECES = CSS[CSS.index("/* --- Pieces -") : CSS.index("/* --- Head and foot")]


def test_every_piece_is_shown(cast, browser_of):
    page = LexborHTMLParser(browser_of(cast.meera).get("/styleguide/").content.decode())
    declared = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^}]*\}", "", PIECES)))
    missing = sorted(name for name in declared if not page.css_first(f".{name}"))
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
