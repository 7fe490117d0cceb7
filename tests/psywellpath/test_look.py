"""The look: contrast computed from the tokens, and styles that nothing uses."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import crispy_bootstrap5
import crispy_forms
import django_prose_editor
import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.messages import constants as messages

from articles.admin import form_page
from articles.models import Article
from articles.publishing import comparison
from clients.models import Note
from clients.record import timeline

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


# Libraries whose markup we style.
LIBRARIES = [
    Path(library.__file__).parent
    for library in (admin, forms, crispy_bootstrap5, crispy_forms, django_prose_editor)
]
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
# An attribute may hold tags with quotes of their own: `class="{% if a == "b" %}here{% endif %}"`.
CLASS = re.compile(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"{]|\{(?![%{]))*)"', re.S)
CLASS_BLOCK = re.compile(r"\{% block (?:\w*class|width) %\}(.*?)\{% endblock", re.S)
CLASS_IN_PYTHON = re.compile(r"""class="([^"]*)"|"class"\]? ?[:=]([^\n]*)""")
QUOTED = re.compile(r"""(?=("[^"\n]*"|'[^'\n]*'|`[^`\n]*`))""")
WORD = re.compile(r"[\w-]+")
# What the variables in class attributes can be.
VALUES: dict[str, Iterable[object]] = {
    "a.state.value": Article.Status.values,
    "block.super": (),
    "entry.kind": timeline.KINDS,
    "header.ascending|yesno:'ascending,descending'": ("ascending", "descending"),
    "line.form": comparison.FORMS,
    "line.kind": ("changed", comparison.SAME, comparison.GONE, comparison.NEW),
    "message.level_tag": messages.DEFAULT_TAGS.values(),
    "message.tags": messages.DEFAULT_TAGS.values(),
    "note.audience": Note.Audience.values,
    "part.state": ("done", "here", "ahead"),
    "path_step.state": ("done", "here", "ahead"),
    "question.options|length": range(2, 12),
    "reason.kind": ("info", "warn"),
    "stale.current.audience": Note.Audience.values,
    "state_tag": form_page.TAGS.values(),
}


def styled() -> dict[str, str]:
    """The classes that our stylesheets name, each with one of the files."""
    names: dict[str, str] = {}
    for path in CSS.glob("*.css"):
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.S)
        for selectors in re.findall(r"([^{};]+)\{", text):
            if not selectors.strip().startswith("@"):
                names |= dict.fromkeys(re.findall(r"\.(-?[A-Za-z_][\w-]*)", selectors), path.name)
    return names


def given_by_template(text: str) -> set[str]:
    """Every class that a template can give an element; KeyError for a variable without VALUES."""
    classes: set[str] = set()
    for value in CLASS.findall(text) + CLASS_BLOCK.findall(text):
        whole = value
        for tag in TAG.findall(value):
            if tag.startswith("{{"):
                for known in VALUES[tag[2:-2].strip()]:
                    classes |= set(WORD.findall(whole.replace(tag, str(known))))
        classes |= set(WORD.findall(TAG.sub(" ", value)))
    return classes


def given_by_python(text: str) -> set[str]:
    found = ("".join(pair) for pair in CLASS_IN_PYTHON.findall(text))
    return {word for value in found for word in WORD.findall(value)}


def files(*names: str, ending: str) -> Iterator[str]:
    for name in names:
        for path in (settings.BASE_DIR / name).rglob(f"*.{ending}"):
            yield path.read_text()


def ours() -> set[str]:
    """What our templates and modules give as a class, and what our scripts have in quotes."""
    classes: set[str] = set()
    for text in files("templates", ending="html"):
        classes |= given_by_template(text)
    apps = ("accounts", "articles", "assessments", "clients", "psywellpath")
    for text in files(*apps, ending="py"):
        classes |= given_by_python(text)
    for text in files("static/js", ending="js"):
        classes |= set(WORD.findall(" ".join(QUOTED.findall(text))))
    return classes


def theirs() -> set[str]:
    """Every word of the libraries' templates, scripts, styles and modules."""
    return {
        word
        for folder in LIBRARIES
        for path in folder.rglob("*")
        if path.suffix in {".html", ".js", ".py", ".css"}
        for word in WORD.findall(path.read_text(errors="ignore"))
    }


def test_no_stylesheet_names_a_class_that_nothing_uses():
    own, used = ours(), theirs()
    # `art-calm` of `art-{}` in a module, `field-title` of `field-{{ field.name }}` in the admin.
    starts = tuple(word for word in own | used if word.endswith("-") and len(word) > 2)
    unused = {
        f"{name} ({file})"
        for name, file in styled().items()
        if name not in own and name not in used and not name.startswith(starts)
    }
    assert not unused, "nothing uses these classes: " + ", ".join(sorted(unused))


def test_only_what_stands_in_a_class_attribute_is_a_class():
    template = """{% if filters %}<p class="tag {% if a == "b" %}here{% endif %}">tabs</p>
        {% endif %}<b class="scale of-{{ question.options|length }}"></b>
        {% block main_class %}wide{% endblock %}"""
    given = given_by_template(template)
    assert {"tag", "here", "scale", "of-2", "of-11", "wide"} <= given
    assert not given & {"filters", "tabs", "p", "of-12"}
    assert given_by_python('say("filters"); attrs={"class": "form-select"}') == {"form-select"}
    with pytest.raises(KeyError):
        given_by_template('<p class="{{ anything }}">')
