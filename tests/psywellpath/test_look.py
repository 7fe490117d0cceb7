"""The look: contrast computed from the tokens, and the rules of the hand that text can show."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
SITE = (CSS / "site.css").read_text()
TEXT, CONTROL = 4.5, 3.0  # WCAG 2.2, criteria 1.4.3 and 1.4.11
SCHEMES = {
    "light": (),
    "dark": ("screen and (prefers-color-scheme: dark)",),
    "light, more contrast": ("(prefers-contrast: more)",),
    "dark, more contrast": (
        "screen and (prefers-color-scheme: dark)",
        "(prefers-contrast: more)",
        "screen and (prefers-contrast: more) and (prefers-color-scheme: dark)",
    ),
}
GROUNDS = ["paper", "surface", "sunken", "raised"]
TEXTS = [
    *product(["ink", "quiet", "accent", "accent-strong", "danger", "here", "info"], GROUNDS),
    *product(["ink"], ["accent-soft", "here-soft", "warn-soft", "danger-soft", "info-soft"]),
    ("accent", "accent-soft"), ("accent-strong", "accent-soft"), ("here", "here-soft"),
    ("warn", "warn-soft"), ("danger", "danger-soft"), ("info", "info-soft"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-here", "here"),
    ("on-deep", "deep"), ("on-deep-quiet", "deep"),
]  # fmt: skip
CONTROLS = [*product(["edge", "accent", "here"], GROUNDS), ("on-deep-quiet", "deep")]


def tokens(scheme: str) -> dict[str, str]:
    """Each token's colour as `#rrggbb`, after the media queries that hold in this scheme."""
    text = re.sub(r"/\*.*?\*/", "", SITE, flags=re.S)
    blocks = re.findall(r"(?:^|\n)(?:@media ([^{]+?) \{\s*)?:root \{(.*?)\}", text, flags=re.S)
    found: dict[str, str] = {}
    for media, body in blocks:
        if not media or media in SCHEMES[scheme]:
            found |= dict(re.findall(r"--([a-z-]+):\s*(#\w{6}|var\(--[a-z-]+\))", body))
    colours = {name: value for name, value in found.items() if not name.startswith("bs-")}
    return {name: resolved(colours, value) for name, value in colours.items()}


def resolved(found: dict[str, str], value: str) -> str:
    reference = re.fullmatch(r"var\(--([a-z-]+)\)", value)
    return resolved(found, found[reference[1]]) if reference else value


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_defines_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_and_every_control_stands_out(scheme):
    colours = tokens(scheme)
    faint = [
        f"{front} on {ground}: {ratio:.2f}, at least {least}"
        for pairs, least in ((TEXTS, TEXT), (CONTROLS, CONTROL))
        for front, ground in pairs
        if (ratio := contrast(colours[front], colours[ground])) < least
    ]
    assert not faint, f"{scheme}: " + "; ".join(faint)


def test_the_four_schemes_differ():
    assert len({tuple(sorted(tokens(scheme).items())) for scheme in SCHEMES}) == len(SCHEMES)
