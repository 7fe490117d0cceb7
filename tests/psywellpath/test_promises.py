"""`make trust` itself: every promise is printed, and a broken one is reported and fails the run."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.promises import PROMISES

ROOT = Path(__file__).parents[2]
CONFTEST = """
from tests.support.promises import Figures, promise

def pytest_configure(config):
    config.addinivalue_line("markers", "trust: shows a promise")
    config.pluginmanager.register(Figures(), "figures")
"""
TESTS = """
import pytest

@pytest.mark.trust
def test_shown(promise):
    promise("twice", "20 threads, 1 row")

@pytest.mark.trust
def test_broken(promise):
    promise("kept", "3 lost")
    assert {good}

@pytest.mark.trust
@pytest.mark.parametrize("tries", [30, 12])
def test_in_cases(promise, tries):
    promise("reach", f"{{tries}} tries, 1 role", summed=True)

def test_not_of_trust():
    raise AssertionError("left out by -m trust")
"""


def tried(folder: Path, good: bool) -> tuple[int, list[str]]:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_some.py").write_text(TESTS.format(good=good))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider",
         "-m", "trust", "-n", "2", "--rootdir", ".", "test_some.py"],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout.splitlines()


def test_every_promise_has_a_line(tmp_path):
    status, lines = tried(tmp_path, good=True)
    assert status == 0
    assert f"{PROMISES['twice']}: 20 threads, 1 row" in lines
    assert f"{PROMISES['kept']}: 3 lost" in lines
    assert f"{PROMISES['reach']}: 42 tries, 2 role" in lines
    missing = [line for line in lines if line.endswith(": NOT SHOWN")]
    assert len(missing) == len(PROMISES) - 3


TRIES_LESS = re.compile(r"support\.thorough import|\bLOOKS\b|\bPAYLOADS\b|import .*\bcells\b")


def test_what_is_tried_in_part_is_tried_in_full_by_make_trust():
    files = {path: path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [
        str(path.relative_to(ROOT))
        for path, text in files.items()
        if TRIES_LESS.search(text) and "mark.trust" not in text and "not THOROUGH" not in text
    ], "mark the tests that try less without THOROUGH: pytest.mark.trust"


def test_a_broken_promise_is_a_failure(tmp_path):
    status, lines = tried(tmp_path, good=False)
    assert status == 1
    assert f"BROKEN {PROMISES['kept']}: 3 lost" in lines
    assert f"{PROMISES['twice']}: 20 threads, 1 row" in lines
