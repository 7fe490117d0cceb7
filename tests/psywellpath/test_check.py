"""`make check` runs every stage, also after one that failed, and names those that did."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# An interpreter that fails at the stages whose command line contains a word of BROKEN.
PROGRAM = """#!/bin/sh
for word in $BROKEN; do case "$*" in *"$word"*) exit 3;; esac; done
"""
STAGES = [
    "format", "templates", "lint", "types", "migrations", "database rules", "deployment",
    "translations", "reading level",
]  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "failed"),
    [
        ("", None),
        ("mypy", "types"),
        ("ruff check_translations", "format, lint, translations"),
        ("--deploy", "deployment"),
    ],
)
def test_all_stages_run_and_the_failed_ones_are_named(broken, failed, tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("python", "djangofmt"):
        (tmp_path / "bin" / name).write_text(PROGRAM)
        (tmp_path / "bin" / name).chmod(0o755)
    check = subprocess.run(
        [ROOT / ".ci" / "check"],
        env=os.environ | {"VENV": str(tmp_path), "BROKEN": broken},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert check.stdout.split("\n")[:-1] == STAGES
    assert check.stderr == (f"Failed: {failed}\n" if failed else "")
    assert check.returncode == bool(failed)
