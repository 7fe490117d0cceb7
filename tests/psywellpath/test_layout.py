"""The layout: which package may import which, and what pure modules may not import."""

import ast
import re
from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.layout import FILES, FLOORS, ORDER, ROOT, feature_of, imported

pytestmark = pytest.mark.quick
PURE = [
    "clients/journey.py",
    "clients/statistics/small_cells.py",
    "assessments/scoring/engine.py",
    "assessments/statistics/measurement_error.py",
    "assessments/statistics/reliable_change.py",
    "assessments/statistics/attempt_comparison.py",
    "assessments/results/answer_quality.py",
    "assessments/results/charts.py",
    "assessments/results/plane.py",
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_to_the_right(path):
    here = ORDER.index(path.relative_to(ROOT).parts[0])
    apps = {name.split(".")[0] for name in imported(path)} & set(ORDER)
    assert not {app for app in apps if ORDER.index(app) < here}


@pytest.mark.parametrize("app", FLOORS)
def test_each_feature_has_a_floor(app):
    features = {feature_of(p) for p in FILES if p.relative_to(ROOT).parts[0] == app} - {"__init__"}
    floors = [feature for floor in FLOORS[app] for feature in floor]
    assert sorted(floors) == sorted(features), f"Give each feature of {app}/ one floor in FLOORS."


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if p.relative_to(ROOT).parts[0] in FLOORS],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_features_import_only_from_lower_floors(path):
    app, here = path.relative_to(ROOT).parts[0], feature_of(path)
    floor_of = {name: n for n, floor in enumerate(FLOORS[app]) for name in floor}
    for name in sorted(imported(path, types=False)):
        parts = name.split(".")
        if parts[0] != app or len(parts) < 2 or parts[1] == here or parts[1] not in floor_of:
            continue
        allowed = sorted(other for other, floor in floor_of.items() if floor < floor_of[here])
        assert floor_of[parts[1]] < floor_of[here], (
            f"{path.relative_to(ROOT)} imports {name}. {app}/{here} may import only from lower"
            f" floors: {', '.join(allowed)}. What both need belongs on one of those."
        )


# As many modules lie side by side in a package at most: what one screen shows.
MOST = 14
# Django's names, and those of the parts that each feature may have.
SHARED_NAMES = {
    "__init__", "access", "actions", "apps", "audit_verbs", "context", "emails", "forms", "labels",
    "queries", "urls", "views",
}  # fmt: skip
# One thing in two apps: what an account agrees to, and the client's own page of it.
SAME_THING = {"consents"}


def test_a_package_fits_on_one_screen():
    packages = Counter(p.parent.relative_to(ROOT) for p in FILES if p.name != "__init__.py")
    crowded = {str(package): n for package, n in packages.items() if n > MOST}
    assert not crowded, f"Cut by subject, never by kind: {crowded}"


def test_a_module_name_means_one_thing():
    """Models, commands and the admin's pages are named by what they hold: their folder says so."""
    paths = defaultdict(list)
    for path in FILES:
        if not {"models", "commands", "admin", "formats"} & set(path.parts):
            paths[path.stem].append(str(path.relative_to(ROOT)))
    several = {name: files for name, files in paths.items() if len(files) > 1}
    several = {n: files for n, files in several.items() if n not in SHARED_NAMES | SAME_THING}
    assert not several, f"Name each by what it does: {several}"


# Parts of an app that may change rows on behalf of a person, or run as a command.
ACTING = {"admin", "apps", "management", "middleware", "urls"}
# Modules that import something that writes, each with the reason.
MAY_IMPORT_ACTIONS = {
    "accounts/key_rotation.py": "re-encrypts the secrets of second factors too",
    "accounts/sign_in/kept_words.py": "asks `second_factors` who has shown a factor",
    "accounts/sign_in/parked_forms.py": "asks `second_factors` who has shown a factor",
    "clients/care/parts.py": "carries out the forms of the page of a client's care",
}


def writes(path: Path) -> bool:
    """Whether the module holds actions: its name says so, or a function is one transaction."""
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    return path.stem == "actions" or any(
        "transaction.atomic" in ast.unparse(decorator)
        for function in functions
        for decorator in function.decorator_list
    )


def test_the_read_side_imports_no_write_side():
    """A page's context, a query, a form or a text can then be used anywhere without a side
    effect."""
    inside = [path for path in FILES if path.relative_to(ROOT).parts[0] in FLOORS]
    writing = {path for path in inside if writes(path)}
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in writing}
    faults = {}
    for path in inside:
        here = path.relative_to(ROOT)
        acts = path in writing or path.stem.startswith("views") or feature_of(path) in ACTING
        if acts and not path.stem.startswith("forms"):
            continue
        if (actions := imported(path) & names) and str(here) not in MAY_IMPORT_ACTIONS:
            faults[str(here)] = sorted(actions)
    assert not faults, (
        "Let the view call the action, and move what only reads to a module such as queries.py:"
        f" {faults}"
    )


def test_a_form_records_nothing():
    """It only checks, and a page or a test may check the same input again."""
    recording = {
        str(path.relative_to(ROOT))
        for path in FILES
        if path.stem.startswith("forms") and "accounts.audit.recording" in imported(path)
    }
    assert not recording, f"Let the view or the action record it: {sorted(recording)}"


def test_no_imports_go_round_in_a_circle():
    modules = {
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p
        for p in FILES
    }
    graph = {
        name: (imported(path, types=False) & set(modules)) - {name, name.rpartition(".")[0]}
        for name, path in modules.items()
    }
    TopologicalSorter(graph).prepare()  # Raises CycleError, which names the modules.


def closure(path: Path, seen: set[Path]) -> set[str]:
    """Everything that a file imports, through the project's own files."""
    seen.add(path)
    names = imported(path)
    for name in list(names):
        inside = ROOT / (name.replace(".", "/") + ".py")
        if inside.exists() and inside not in seen:
            names |= closure(inside, seen)
    return names


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_no_django(name):
    assert not {n for n in closure(ROOT / name, set()) if n.split(".")[0] == "django"}


def test_no_test_imports_another():
    """Otherwise a change to one file of tests changes what another one tries."""
    faults = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in sorted(imported(path))
        if re.search(r"(^|\.)test_\w+$", name)
    ]
    assert not faults, (
        "Move what both need to a module of tests/support/, or a fixture to a conftest.py:\n"
        + "\n".join(faults)
    )


def test_no_file_names_this_machine():
    root = "/" + ROOT.parts[1] + "/"
    texts = [*FILES, ROOT / "README.md", ROOT / "Makefile", *(ROOT / "docs").rglob("*.md")]
    hits = [p for p in texts if p.exists() and str(ROOT) + "/" in p.read_text(encoding="utf-8")]
    assert not hits, (root, hits)
