"""The look: contrast computed from the tokens, and styles that nothing uses."""

import re
from itertools import product
from pathlib import Path

import crispy_bootstrap5
import crispy_forms
import django_prose_editor
import pytest
from django import forms
from django.conf import settings
from django.contrib import admin

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


# Our templates and scripts, and those of the libraries whose markup we style.
SOURCES = [
    *(settings.BASE_DIR / name for name in ("templates", "static/js")),
    *(settings.BASE_DIR / app for app in ("accounts", "articles", "assessments", "clients")),
    settings.BASE_DIR / "psywellpath",
]
LIBRARIES = [
    Path(library.__file__).parent
    for library in (admin, forms, crispy_bootstrap5, crispy_forms, django_prose_editor)
]
CLASS = re.compile(r'class="([^"]*)"|class=\\?\'([^\']*)\'')
# An attribute with a tag that has quotes of its own: `class="{% if a == "b" %}here{% endif %}"`.
TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
CLASS_BLOCK = re.compile(r"\{% block (?:\w*class|width) %\}(.*?)\{% endblock", re.S)
QUOTED = re.compile(r"""(?=("[^"\n]*"|'[^'\n]*'|`[^`\n]*`))""")


def styled() -> dict[str, str]:
    """The classes that our stylesheets name, each with one of the files."""
    names: dict[str, str] = {}
    for path in CSS.glob("*.css"):
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.S)
        for selectors in re.findall(r"([^{};]+)\{", text):
            if not selectors.strip().startswith("@"):
                names |= dict.fromkeys(re.findall(r"\.(-?[A-Za-z_][\w-]*)", selectors), path.name)
    return names


def words_of(path: Path) -> set[str]:
    """Every word that a template gives as a class, or that a script or module has in quotes."""
    text = path.read_text(errors="ignore")
    if path.suffix == ".html":
        tags = TEMPLATE_TAG.findall(text)
        plain = CLASS.findall(TEMPLATE_TAG.sub(" ", text))
        text = " ".join([*map("".join, plain), *CLASS_BLOCK.findall(text), *tags])
        return set(re.findall(r"[\w-]+", text))
    ours = path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts
    return set(re.findall(r"[\w-]+", " ".join(QUOTED.findall(text)) if ours else text))


def test_no_stylesheet_names_a_class_that_nothing_uses():
    used = {
        word
        for folder in SOURCES + LIBRARIES
        for path in folder.rglob("*")
        if path.suffix in {".html", ".js", ".py", ".toml"}
        or (folder in LIBRARIES and path.suffix == ".css")
        for word in words_of(path)
    }
    # `of-3` of `of-{{ number }}`, `art-calm` of the tag `picture_of`.
    starts = tuple(word for word in used if word.endswith("-") and len(word) > 2)
    unused = {
        f"{name} ({file})"
        for name, file in styled().items()
        if name not in used and not name.startswith(starts)
    }
    assert not unused, "nothing uses these classes: " + ", ".join(sorted(unused))
