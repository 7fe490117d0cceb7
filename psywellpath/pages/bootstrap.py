"""The stylesheets that are joined, because a page waits for each of its files.

`site.css` is Bootstrap's, cut down to the classes that our pages use (a tenth of it; a test
compares CLASSES with the templates), and ours. `desk.css` is the same with what staff pages add.
`admin.css` is what the admin's pages add to that: the sheets of Django's lists, forms and widgets,
and ours, which adapts them.
"""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from itertools import groupby, pairwise
from pathlib import Path

import django
import tinycss2
from bootstrap_wrapper import get_bootstrap_dir
from django.conf import settings
from tinycss2.ast import Node

from psywellpath.built_files import BuiltFilesFinder

OWN = (
    "btn btn-lg btn-link btn-primary btn-sm container d-block form-check form-check-input"
    " form-check-label form-control form-select form-select-sm form-text h1 h2 h3 h4"
    " invalid-feedback m-0 mb-0 mb-1 mb-2 mb-3 mb-4 mb-5 ms-1 mt-0 mt-1 mt-2 mt-3 mt-4 mt-5 p-0"
    " small text-break text-nowrap visually-hidden"
)
CRISPY = "alert alert-danger form-check-inline form-label is-invalid"
CLASSES = frozenset(f"{OWN} {CRISPY}".split())
SOURCE = Path(get_bootstrap_dir()) / "css" / "bootstrap.min.css"
STYLES = Path(settings.BASE_DIR) / "static" / "css"
SITE, DESK = STYLES / "site.css", STYLES / "desk.css"
DJANGO = Path(django.__file__).parent / "contrib" / "admin" / "static" / "admin" / "css"
ADMIN = (
    # Django's forms.css begins with an import of widgets.css.
    *(DJANGO / f"{name}.css" for name in ("dashboard", "changelists", "widgets", "forms")),
    STYLES / "admin.css",
)


# Each sheet, and what it is joined from. A page of the admin loads `desk.css` and, after the sheets
# of its widgets, `admin.css`, which adapts them; a list has no widgets, and loads both as one.
SHEETS = {
    "site.css": (SOURCE, SITE),
    "desk.css": (SOURCE, SITE, DESK),
    "admin.css": ADMIN,
    "admin-list.css": (SOURCE, SITE, DESK, *ADMIN),
}


class BootstrapFinder(BuiltFilesFinder):
    name = "bootstrap"
    files = tuple(SHEETS)

    def recipe(self) -> str:
        files = (Path(__file__), SITE, DESK, *ADMIN)
        sources = (path.read_text(encoding="utf-8") for path in files)
        parts = [version("bootstrap-wrapper"), *sources]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def build(self, file: str) -> bytes:
        return "\n".join(map(_part, SHEETS[file])).encode()


def _part(path: Path) -> str:
    """A stylesheet as it stands in a joined one."""
    styles = path.read_text(encoding="utf-8")
    if path == SOURCE:
        return cut(styles, CLASSES)
    if path.parent != DJANGO:
        return styles
    # Django's sheets name their pictures from where they lie.
    styles = styles.replace("@import url('widgets.css');", "")
    return styles.replace("url(../img/", "url(../admin/img/")


def cut(stylesheet: str, classes: frozenset[str]) -> str:
    """Keeps the selectors all of whose classes are in `classes`, and the rules that keep one."""
    return "".join(_rules(tinycss2.parse_stylesheet(stylesheet, skip_whitespace=True), classes))


def _rules(nodes: list[Node], classes: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        if node.type == "qualified-rule":
            kept = [s for s in _selectors(node.prelude) if classes_of(s) <= classes]
            if kept:
                prelude = ",".join(tinycss2.serialize(selector) for selector in kept)
                yield f"{prelude}{{{tinycss2.serialize(node.content)}}}"
        elif node.type == "at-rule" and node.lower_at_keyword in {"media", "supports"}:
            inner = tinycss2.parse_rule_list(node.content, skip_whitespace=True)
            content = "".join(_rules(inner, classes))
            if content:
                yield f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}{{{content}}}"
        elif node.type == "comment" or getattr(node, "at_keyword", "") == "charset":
            yield node.serialize()


def _selectors(prelude: list[Node]) -> list[list[Node]]:
    groups = groupby(prelude, key=lambda part: part == ",")
    return [list(parts) for is_comma, parts in groups if not is_comma]


def classes_of(selector: list[Node]) -> set[str]:
    """The classes an element must have: those inside `:not(…)` are none of them."""
    return {name.value for dot, name in pairwise(selector) if dot == "." and name.type == "ident"}
