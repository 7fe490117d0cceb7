"""docs/developing.md is complete where somebody relies on it."""

import ast
import re
from pathlib import Path

import pytest

from tests.mutants.engines import ENGINES, UNTRIED
from tests.support.declarations import assert_complete, names

pytestmark = pytest.mark.quick
ROOT = Path(__file__).parents[2]
DEVELOPING = (ROOT / "docs" / "developing.md").read_text()
# A sentence that says who reads something.
SAYS_WHO_READS = re.compile(
    r"""\btherapists?\b[^.<>“”"\n]{0,60}?\b(?:sees?|reads?)\b
    |\btherapists?\b[^.<>“”"\n]{0,60}?\bcan\ (?:now\ |no\ longer\ )?(?:see|read|open)\b
    |\bonly\ (?:you|therapists)\b[^.<]{0,12}\b(?:see|read)
    |\bwho\ (?:can\ )?(?:sees?|opened)\b
    |nobody\ else\ sees|able\ to\ see
    |\b(?:managers?|practice)\ (?:can\ |cannot\ )?(?:sees?|reads?|opens?)\b
    |\b(?:opens?|can\ open)\ (?:the|their|your)(?:\ clients’)?\ records?
    |record\ stays\ closed|client\ reads""",
    re.IGNORECASE | re.VERBOSE,
)
# Sentences of the same shape about something else: a telephone, a first meeting, a parked form.
ABOUT_SOMETHING_ELSE = {
    "accounts/consent_texts/therapy.txt",
    "templates/accounts/own_account/parked_form.html",
    "templates/clients/rights/emails.html",
}
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def section(title: str) -> str:
    return DEVELOPING.partition(f"### {title}\n")[2].partition("\n### ")[0]


def text_of(path: Path) -> str:
    """What people read: all of a template, and the strings of a Python file but its docstrings."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return " ".join(COMMENT.sub("", source).split())
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    strings = [arg for call in calls for arg in call.args if isinstance(arg, ast.Constant)]
    return "\n".join(str(string.value) for string in strings)


def test_each_target_of_make_has_its_command():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r'^\t@echo "make (\w+)', makefile, re.MULTILINE)
    shown = section("Without make")
    missing = [name for name in targets if name != "setup" and f"`make {name}`" not in shown]
    assert not missing, (
        f"{missing}: what does somebody type who has no make? Say so in docs/developing.md,"
        ' "Without make".'
    )


def test_every_place_that_says_who_reads_is_listed():
    files = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "templates").rglob("*.txt"),
        *(ROOT / "accounts" / "consent_texts").glob("*.txt"),
        *(p for app in ("accounts", "assessments", "clients") for p in (ROOT / app).rglob("*.py")),
    ]
    saying = {
        str(path.relative_to(ROOT))
        for path in files
        if "migrations" not in path.parts and SAYS_WHO_READS.search(text_of(path))
    }
    listed = section("Who can read the record: where we say so")
    missing = {path for path in saying - ABOUT_SOMETHING_ELSE if f"`{path}`" not in listed}
    assert saying > ABOUT_SOMETHING_ELSE, "the pattern finds the sentences"
    assert not missing, (
        f"{names(missing)}: to whom does it say who reads what? Add it to the table of"
        ' docs/developing.md, "Who can read the record: where we say so".'
    )


def test_each_pure_module_is_tried_with_small_changes_or_says_why_not():
    pure = {
        str(path.relative_to(ROOT))
        for app in ("accounts", "articles", "assessments", "clients", "psywellpath")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and says_that_it_is_pure(path)
    }
    tried = {engine.path for engine in ENGINES} & pure
    assert_complete(
        tried | set(UNTRIED), pure, file="tests/mutants/engines.py (ENGINES, or UNTRIED)",
        question="which tests have to notice any small change to it?",
    )  # fmt: skip
    assert not tried & set(UNTRIED)


def says_that_it_is_pure(path: Path) -> bool:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return bool(re.search(r"\bPure\b", docstring))
