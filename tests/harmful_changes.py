"""`make mutants`, second half: small changes to the application that would harm somebody. Each is
made in a copy of the tree, where a test has to fail.

The table is harmful_changes.toml: the text to change, and the tests that should notice. A text that
no longer occurs exactly once is reported, and its entry has to be adapted to the current code. The
tree itself is never changed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

TABLE = Path(__file__).with_suffix(".toml")
ROOT = Path(__file__).parent.parent
PYTEST = ["-m", "pytest", "-q", "-n0", "--no-header", "-p", "no:cacheprovider"]
SECONDS = 900
NOTICED = "noticed by "
# Run to create the test database again: for a new copy, and after a change to database rules.
ANY_DATABASE_TEST = "tests/accounts/test_limits_counting.py"


@dataclass(frozen=True)
class Change:
    """`remakes`: whether the change is in a database rule, and needs a new test database."""

    name: str
    path: str
    old: str
    new: str
    tests: list[str]
    remakes: bool = False


def table() -> list[Change]:
    return [Change(**row) for row in tomllib.loads(TABLE.read_text())["change"]]


def copied(to: Path) -> None:
    """Copies every file that git tracks or would add, in its current state."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def outcome(tree: Path, change: Change, besides: Iterable[str] = ()) -> str:
    """The test that noticed, or what happened instead. `besides`: tests to leave out."""
    file = tree / change.path
    before = file.read_text() if file.exists() else ""
    if before.count(change.old) != 1:
        return f"NOT APPLIED: {change.path} holds its text {before.count(change.old)} times"
    file.write_text(before.replace(change.old, change.new))
    options = ["-x", "--create-db" if change.remakes else "--reuse-db"]
    options += [f"--deselect={name}" for name in besides]
    try:
        done = run(
            tree, [name for name in change.tests if (tree / name.split("::")[0]).exists()], *options
        )
    finally:
        file.write_text(before)
    if done.returncode == 1:
        return NOTICED + "".join(failed(done)[:1])
    if done.returncode == 0:
        return "UNNOTICED"
    return f"BROKEN: {(done.stdout + done.stderr)[-600:]}"


def failed(done: subprocess.CompletedProcess) -> list[str]:
    return re.findall(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", done.stdout, re.MULTILINE)


def run(tree: Path, tests: Iterable[str], *options: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *PYTEST, *options, *tests],
        cwd=tree, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def try_all(tree: Path, changes: list[Change]) -> dict[str, str]:
    """A test that also fails without any change has noticed nothing: then the others are run."""
    results: dict[str, str] = {}
    waiting, broken = changes, set[str]()
    while waiting:
        remade = True
        for change in tqdm(waiting, desc="harmful changes", unit=""):
            if remade:
                run(tree, [ANY_DATABASE_TEST], "--create-db")
            results[change.name] = outcome(tree, change, besides=broken)
            remade = change.remakes
            tqdm.write(f"{change.name}: {results[change.name]}")
        noticing = {
            results[c.name].removeprefix(NOTICED) for c in waiting if noticed(results[c.name])
        }
        broken |= set(failed(run(tree, sorted(noticing), "--create-db")) if noticing else [])
        waiting = [c for c in waiting if results[c.name].removeprefix(NOTICED) in broken]
    return results


def noticed(result: str) -> bool:
    return result.startswith(NOTICED)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of the names of the changes to try")
    names = parser.parse_args().names
    changes = [c for c in table() if not names or any(part in c.name for part in names)]
    with tempfile.TemporaryDirectory(prefix="changes-") as folder:
        copied(Path(folder))
        results = try_all(Path(folder), changes)
    missed = {name: result for name, result in results.items() if not noticed(result)}
    print(f"\nharmful changes: {len(results) - len(missed)} of {len(results)} noticed")
    for name, result in missed.items():
        print(f"  {name}: {result}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
