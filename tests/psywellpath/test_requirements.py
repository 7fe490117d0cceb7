"""What is installed is exactly what was resolved: every version pinned, every file by its hash."""

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# `name[extra]==1.0 ; marker \` and the indented hashes below it.
ENTRY = re.compile(r"^(?P<pin>\S+==\S+)(?: ; .+?)? \\\n(?P<hashes>(?:    --hash=.*\n)+)", re.M)
HASHES = re.compile(r"(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+")
FILES = {"requirements.in": "requirements.txt", "requirements-dev.in": "requirements-dev.txt"}
INSTALLS = ("Makefile", "README.md", "docs/operations.md", ".ci/run")


def normal(pin: str) -> str:
    name, _, version = pin.partition("==")
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}"


def required(name: str) -> set[str]:
    lines = Path(name).read_text().splitlines()
    return {normal(line) for line in lines if line and not line.startswith(("#", "-r "))}


def pinned(name: str) -> set[str]:
    return {normal(entry["pin"]) for entry in ENTRY.finditer(Path(name).read_text())}


@pytest.mark.parametrize("name", FILES.values())
def test_every_line_is_a_pin_or_its_hash(name):
    text = re.sub(r"^#.*\n", "", Path(name).read_text(), flags=re.M)
    assert ENTRY.sub("", text) == ""  # No other index, no address, no version left open.
    hashed = [HASHES.fullmatch(entry["hashes"]) for entry in ENTRY.finditer(text)]
    assert len(hashed) > 30
    assert all(hashed)


def test_the_pins_are_those_that_were_asked_for():
    for source, compiled in FILES.items():
        assert required(source) <= pinned(compiled)
    extra = "markdown-it-py"  # A test tool wants it with an extra; the version is the same.
    plain = {pin for pin in pinned("requirements.txt") if not pin.startswith(extra)}
    assert plain <= pinned("requirements-dev.txt")
    versions = {
        pin.rpartition("==")[2]
        for compiled in FILES.values()
        for pin in pinned(compiled)
        if pin.startswith(extra)
    }
    assert len(versions) == 1


def test_every_install_asks_for_the_hashes():
    commands = [
        line
        for name in INSTALLS
        for line in re.findall(r"pip install[^\n`]*", Path(name).read_text().replace("\\\n", ""))
        if "requirements" in line
    ]
    assert len(commands) == 3
    assert all("--require-hashes" in command for command in commands)


def test_a_file_that_was_changed_is_refused(tmp_path):
    wheel = tmp_path / "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("small.py", "")
        file.writestr(
            "small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n"
        )
        file.writestr(
            "small-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        file.writestr("small-1.0.dist-info/RECORD", "")
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()

    def install(line: str) -> subprocess.CompletedProcess:
        requirements = tmp_path / "requirements.txt"
        requirements.write_text(line)
        command = [sys.executable, "-m", "pip", "install", "--isolated", "--dry-run", "--no-index",
                   "--find-links", tmp_path, "--require-hashes", "-r", requirements]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert install(f"small==1.0 --hash=sha256:{right}").returncode == 0
    altered = install(f"small==1.0 --hash=sha256:{right[::-1]}")
    assert altered.returncode
    assert "DO NOT MATCH" in altered.stderr
    unhashed = install("small==1.0")
    assert unhashed.returncode
    assert "--require-hashes" in unhashed.stderr
