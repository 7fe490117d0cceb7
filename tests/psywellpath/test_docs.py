"""The documents name files, classes and functions that exist."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.quick
ROOT = Path(__file__).parents[2]
APPS = ["accounts", "articles", "assessments", "clients", "psywellpath"]
FOLDERS = [*APPS, "benchmarks", "deploy", "docs", "static", "templates", "tests"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]

_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#:]+)\)")
_NAME_IN_FILE = re.compile(r"`(\w+)` (?:and `(\w+)` )?(?:in|of) `([\w/]+\.\w+)`")
_CLASS = re.compile(r"[A-Z][a-z]+(?:[A-Z]+[a-z]*)+")


def paths_in(text: str) -> set[str]:
    """What is set as code and looks like a path of this repository; `<…>` matches any name."""
    return {
        code
        for code in _CODE.findall(text)
        if re.fullmatch(r"[\w<>*./-]+", code) and code.split("/")[0] in [*FOLDERS, "<app>"]
        if "/" in code
    }


def exists(path: str) -> bool:
    return any(ROOT.glob(re.sub(r"<\w+>", "*", path).rstrip("/")))


def identify(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=identify)
def test_every_path_and_link_leads_to_a_file(page):
    text = page.read_text(encoding="utf-8")
    missing = {path for path in paths_in(text) if not exists(path)}
    missing |= {link for link in _LINK.findall(text) if not (page.parent / link).exists()}
    assert not missing, f"{identify(page)} names files that do not exist: {sorted(missing)}"


@pytest.mark.parametrize("page", PAGES, ids=identify)
def test_a_name_is_in_the_file_that_is_named_with_it(page):
    missing = [
        f"{name} in {path}"
        for *names, path in _NAME_IN_FILE.findall(page.read_text(encoding="utf-8"))
        for name in names
        if name and exists(path)
        if not re.search(rf"\b{name}\b", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert not missing, f"{identify(page)} names what is elsewhere, or gone: {missing}"


@pytest.mark.parametrize("page", [p for p in PAGES if p.parent != ROOT], ids=identify)
def test_every_class_that_is_named_exists(page):
    source = "\n".join(
        file.read_text(encoding="utf-8") for app in APPS for file in (ROOT / app).rglob("*.py")
    )
    known = set(re.findall(r"\b[A-Z]\w+", source)) | {"SameSite"}
    named = {code for code in _CODE.findall(page.read_text("utf-8")) if _CLASS.fullmatch(code)}
    assert not named - known, f"{identify(page)} names unknown classes: {sorted(named - known)}"


def test_decisions_are_numbered_as_their_files():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    for path, number in zip(DECISIONS, numbers, strict=True):
        title = path.read_text(encoding="utf-8").splitlines()[0]
        assert title.startswith(f"# {number}. "), f"{identify(path)} is headed “{title}”"
