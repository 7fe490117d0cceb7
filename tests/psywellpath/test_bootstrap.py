"""Bootstrap's stylesheet holds what the pages use, and nothing more."""

import re
from pathlib import Path

import crispy_bootstrap5
import tinycss2
from django.conf import settings
from django.contrib.staticfiles import finders

from psywellpath.pages.bootstrap import CLASSES, SOURCE, classes_of, cut
from psywellpath.pages.bootstrap import SITE as OWN_STYLES

ATTRIBUTE = re.compile(r"""class(?:es)?["']?\s*[=:]\s*("[^"]*"|'[^']*')""")
# Names that Bootstrap happens to have, too: a class of ours, and a variable of a template.
KINDS = ("*.html", "*.py")
OURS = {"mark", "row"}


def used_in(*folders: Path) -> set[str]:
    files = [file for folder in folders for kind in KINDS for file in folder.rglob(kind)]
    attributes = [text for file in files for text in ATTRIBUTE.findall(file.read_text())]
    return {word for text in attributes for word in re.findall(r"[\w-]+", text)}


def test_every_class_that_a_page_uses_is_kept():
    rules = tinycss2.parse_stylesheet(SOURCE.read_text())
    known = {
        name for rule in rules if rule.type == "qualified-rule" for name in classes_of(rule.prelude)
    }
    apps = ("accounts", "articles", "assessments", "clients", "psywellpath", "templates")
    used = used_in(*(settings.BASE_DIR / app for app in apps)) & known - OURS
    by_crispy = used_in(Path(crispy_bootstrap5.__file__).parent)
    assert used <= CLASSES, f"psywellpath/pages/bootstrap.py: add {sorted(used - CLASSES)}"
    assert not CLASSES - used - by_crispy


def test_a_rule_is_kept_if_its_classes_are():
    styles = "a{b:c}.x,.y .x{b:c}.x:not(.y),:is(p).y{d:e}@media print{.y{f:g}.x{f:g}}"
    assert cut(styles, frozenset({"x"})) == "a{b:c}.x{b:c}.x:not(.y){d:e}@media print{.x{f:g}}"
    assert cut("@media print{.y{f:g}}", frozenset({"x"})) == ""


def test_what_is_served_is_a_tenth_and_then_ours():
    served, ours = Path(finders.find("bootstrap/site.css")).read_text(), OWN_STYLES.read_text()
    assert served.endswith(ours)
    served = served.removesuffix(ours)
    assert served.startswith("@charset")
    assert "Licensed under MIT" in served
    assert len(served) < len(SOURCE.read_text()) / 8
    assert finders.find("bootstrap/css/bootstrap.min.css") is None


def test_each_sheet_is_joined_from_those_before():
    site, desk, admin, of_lists = (
        Path(finders.find(f"bootstrap/{name}.css")).read_text()
        for name in ("site", "desk", "admin", "admin-list")
    )
    assert desk.startswith(site)
    assert ".desk " in desk.removeprefix(site)
    assert of_lists == f"{desk}\n{admin}"


def test_the_admins_sheet_finds_the_pictures_of_djangos():
    sheet = Path(finders.find("bootstrap/admin.css"))
    styles = sheet.read_text()
    assert "@import" not in styles
    pictures = set(re.findall(r"url\(\.\./([^)]+)\)", styles))
    assert len(pictures) > 5
    assert all(finders.find(name) for name in pictures)
    order = [styles.index(text) for text in ("#changelist", ".form-row", "--icon-plus")]
    assert order == sorted(order), "ours adapts Django's"
