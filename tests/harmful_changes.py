"""`make mutants`, second half: small changes to the application that would harm somebody, each
made in a copy of the tree, where a test has to fail.

The table is harmful_changes.toml: what is changed by its text, and where the test is that
notices. A text that is not there any more (exactly once) is said loudly: then the line in the
table is made again for the code as it is now. The tree itself is never touched.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

TABLE = Path(__file__).with_suffix(".toml")
ROOT = Path(__file__).parent.parent
PYTEST = ["-m", "pytest", "-x", "-q", "-n0", "--no-header", "-p", "no:cacheprovider"]
SECONDS = 900


@dataclass(frozen=True)
class Change:
    """`remakes`: the change is in a migration, so the test database is made again, before and
    after."""

    name: str
    path: str
    old: str
    new: str
    tests: list[str]
    remakes: bool = False


def table() -> list[Change]:
    return [Change(**row) for row in tomllib.loads(TABLE.read_text())["change"]]


def copied(to: Path) -> None:
    """Every file that git knows or would add, as it is now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def outcome(tree: Path, change: Change) -> str:
    """Which test noticed, or what happened instead."""
    file = tree / change.path
    before = file.read_text() if file.exists() else ""
    if before.count(change.old) != 1:
        return f"NOT APPLIED: {change.path} holds its text {before.count(change.old)} times"
    file.write_text(before.replace(change.old, change.new))
    try:
        done = run(tree, change.tests, fresh=change.remakes)
    finally:
        file.write_text(before)
    if done.returncode == 1:
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return f"noticed by {failed[0].split(' - ')[0].split(' ', 1)[1]}" if failed else "noticed"
    if done.returncode == 0:
        return "UNNOTICED"
    return f"BROKEN: {(done.stdout + done.stderr)[-600:]}"


def run(tree: Path, tests: list[str], *, fresh: bool) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    there = [name for name in tests if (tree / name.split("::")[0]).exists()]
    command = [sys.executable, *PYTEST, "--create-db" if fresh else "--reuse-db", *there]
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=SECONDS,
        check=False,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of the names of those that are meant")
    asked = parser.parse_args().names
    changes = [c for c in table() if not asked or any(part in c.name for part in asked)]
    results: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="changes-") as folder:
        tree = Path(folder)
        copied(tree)
        remade = True  # A new copy has no test database yet.
        for change in tqdm(changes, desc="harmful changes", unit=""):
            if remade and not change.remakes:
                run(tree, ["tests/test_layout.py"], fresh=True)
            results[change.name] = outcome(tree, change)
            remade = change.remakes
            tqdm.write(f"{change.name}: {results[change.name]}")
    noticed = [r for r in results.values() if r.startswith("noticed")]
    print(f"\nharmful changes: {len(noticed)} of {len(results)} noticed")
    for name, result in results.items():
        if not result.startswith("noticed"):
            print(f"  {name}: {result}")
    return 0 if len(noticed) == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
