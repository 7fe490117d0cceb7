"""Templates: lines that fit on a screen, folders named by feature, and partials that are used."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine, Origin
from django.template.loader import get_template

from clients.record import timeline
from psywellpath.pages.loader import CHOICES, Loader

FOLDER = Path(settings.BASE_DIR) / "templates"
TEXTS = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.rglob("*.*")}
# Also a partial that is handed over: `{% include "_a.html" with current="b/_c.html" %}`.
NAMED = re.compile(r'"([\w/]+\.(?:html|txt))"')
LONGEST = 120
APPS = ["accounts", "articles", "assessments", "clients"]


def test_no_line_is_longer_than_120_columns():
    """The formatter breaks elements; a long tag is broken by hand."""
    long = [
        f"templates/{name}:{number} has {len(line)}"
        for name, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not long, "\n".join(long)


def test_every_partial_exists_and_is_used():
    used = {name for text in TEXTS.values() for name in NAMED.findall(text)}
    used |= {f"clients/record/timeline/{kind.partial}.html" for kind in timeline.KINDS.values()}
    tags = (path.read_text() for path in settings.BASE_DIR.glob("*/templatetags/*.py"))
    used |= {name for text in tags for name in re.findall(r'inclusion_tag\("([^"]+)"', text)}
    partials = {name for name in TEXTS if Path(name).name.startswith("_")}
    assert {name for name in used if Path(name).name.startswith("_")} == partials


@pytest.mark.parametrize("app", APPS)
def test_templates_lie_in_the_folder_of_their_feature(app):
    """`templates/<app>/<feature>/`: each folder is a package of the app, except the mails."""
    folders = {path.name for path in (FOLDER / app).iterdir() if path.is_dir()} - {"mail"}
    stray = sorted(
        name for name in folders if not (settings.BASE_DIR / app / name / "__init__.py").exists()
    )
    assert not stray, (
        f"templates/{app}/ has {stray}, but {app}/ has no such package:"
        " which feature shows these pages?"
    )


def test_pages_are_loaded_without_indentation():
    loaded = {name: get_template(name).template.source for name in TEXTS if name.endswith("html")}
    indented = [name for name, source in loaded.items() if re.search(r"\n[ \t]", source)]
    assert loaded
    assert not indented


def test_line_breaks_go_where_they_separate_nothing_and_stay_while_developing():
    for name in TEXTS:
        if name.endswith("html"):
            origin = Origin(str(FOLDER / name), name)
            developed = Loader(Engine(debug=True)).get_contents(origin)
            served = Loader(Engine(debug=False)).get_contents(origin)
            assert developed.count("\n") == TEXTS[name].count("\n")
            assert served.split() == CHOICES.sub(r"\1", developed).split()
    text = "a\n{% if b %}\n{% for c in d %}{% with e=c %}\nf\n{% else %}{{ g }}\n{% endif %}\nh\n"
    assert CHOICES.sub(r"\1", text) == (
        "a\n{% if b %}{% for c in d %}{% with e=c %}f\n{% else %}{{ g }}\n{% endif %}h\n"
    )
