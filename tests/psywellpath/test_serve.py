"""What `make run` says when it cannot: one line, at once, and no traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from psywellpath.ports import port_problem

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


@pytest.fixture
def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def run(*command, **environment):
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
    )


def test_a_free_port_is_no_problem(free):
    assert port_problem(free) is None


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "", "８０００"])
def test_values_that_are_not_a_port(port):
    assert f"PORT={port} is not a port" in str(port_problem(port))


@pytest.mark.parametrize("command", [["psywellpath/ports.py"], ["manage.py", "serve"]])
def test_a_taken_port_gives_one_line(taken, command):
    done = run(*command, taken)
    expected = f"Port {taken} is taken. Choose another: make run PORT={int(taken) + 1}\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)


def test_it_is_not_for_production():
    done = run(
        "manage.py",
        "serve",
        DEBUG="False",
        DATABASE_URL="postgres://web@localhost/practice",
        SECRET_KEY="0123456789abcdef" * 4,
        FIELD_KEYS="bmV2ZXItdXNlZC1vdXRzaWRlLW9mLWEtdGVzdC4uLi4",
        ALLOWED_HOSTS="practice.example",
        SITE_URL="https://practice.example",
        EMAIL_URL="smtp://localhost",
        DEFAULT_FROM_EMAIL="practice@practice.example",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("`serve` is for trying the site out")
    assert done.stderr.count("\n") == 1


def test_an_unreachable_database_is_named(free):
    nowhere = "postgres://web@127.0.0.1:1/practice"
    done = run("manage.py", "serve", free, DEBUG="True", DATABASE_URL=nowhere)
    assert done.returncode == 1
    assert "The database cannot be used." in done.stderr
    assert "port 1 failed: Connection refused" in done.stderr
    assert "Traceback" not in done.stderr
