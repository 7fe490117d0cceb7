"""How the application starts: strict where it is real, and never with half a configuration."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from psywellpath.logs import hide_keys
from psywellpath.settings_checks import CRISIS_LINES_OF_INDIA, crisis_lines

ROOT = Path(__file__).parents[2]
GOOD = {
    "DATABASE_URL": "postgres://web@127.0.0.1:9/psywellpath",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "FIELD_KEYS": "bmV2ZXItdXNlZC1vdXRzaWRlLW9mLWEtdGVzdC4uLi4",
    "ALLOWED_HOSTS": "practice.example",
    "SITE_URL": "https://practice.example",
    "EMAIL_URL": "smtp://localhost",
    "DEFAULT_FROM_EMAIL": "practice@practice.example",
}


def start(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess:
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=inherited | environment, text=True,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"FIELD_KEYS": ""}, "FIELD_KEYS"),
        ({"FIELD_KEYS": "c2hvcnQ"}, "FIELD_KEYS"),
        ({"FIELD_KEYS": "not base64 at all"}, "FIELD_KEYS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://practice.example"}, "SITE_URL"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
        ({"DEFAULT_FROM_EMAIL": ""}, "DEFAULT_FROM_EMAIL"),
        ({"DATABASE_URL": "", "DEBUG": "False"}, "DATABASE_URL"),
    ],
)
def test_an_unsafe_setting_stops_the_start_with_one_line(changed, named):
    done = start(GOOD | changed, "manage.py", "check")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("Psywellpath does not start: ")
    assert named in done.stderr


def test_a_complete_configuration_starts():
    assert start(GOOD, "manage.py", "check").returncode == 0


def test_gunicorn_refuses_a_newcomers_machine():
    done = start({}, "-m", "gunicorn", "psywellpath.wsgi", "--bind", "127.0.0.1:0")
    assert done.returncode == 3, "gunicorn gives up too, and does not try for ever"
    lines = [line for line in done.stderr.splitlines() if "does not start" in line]
    assert len(lines) == 1
    assert "newcomer" in lines[0]
    assert "Traceback" not in done.stderr


def test_an_unreachable_database_says_so():
    done = start(GOOD, "manage.py", "migrate")
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert "Is the server running" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tele-MANAS",
        "Tele-MANAS=",
        "=14416",
        "A=1;B",
        "children:=1098",
        "children:Childline=1098",
    ],
)
def test_crisis_lines_that_say_nothing_are_refused(text):
    with pytest.raises(ImproperlyConfigured):
        crisis_lines(text)


def test_the_example_names_the_lines_that_apply_without_it():
    """India's lines, and not 1933, which is about narcotics."""
    example = Path(__file__).parents[2].joinpath(".env.example").read_text(encoding="utf-8")
    assert f"CRISIS_LINES={CRISIS_LINES_OF_INDIA}\n" in example
    lines = crisis_lines(CRISIS_LINES_OF_INDIA)
    numbers = {kind: [n for line in lines[kind] for n in line.numbers] for kind in lines}
    assert numbers == {
        "everyone": ["14416", "1-800-891-4416", "112"], "general": ["14416", "1-800-891-4416"],
        "emergency": ["112"], "children": ["1098"], "women": ["181"], "elderly": ["14567"],
    }  # fmt: skip


def test_help_lines_may_say_for_whom_they_are():
    old = crisis_lines("Tele-MANAS=14416,1-800-891-4416;Emergency: police=112")
    assert old["everyone"] == old["general"] == [
        ("Tele-MANAS", ["14416", "1-800-891-4416"]), ("Emergency: police", ["112"]),
    ]  # fmt: skip
    assert [old[kind] for kind in ("emergency", "children", "women")] == [[], [], []]
    new = crisis_lines(
        "emergency:Emergency=112; Tele-MANAS=14416; children: Childline = 1098;women:W=181"
    )
    assert new["everyone"] == [("Emergency", ["112"]), ("Tele-MANAS", ["14416"])]
    assert new["emergency"] == [("Emergency", ["112"])]
    assert new["children"] == [("Childline", ["1098"])]
    assert new["women"] == [("W", ["181"])]


def test_keys_stay_out_of_logs():
    line = "GET /assessments/attempts/Abc-_9/result/?page=2 from /accounts/invitations/t0k3n/ end"
    hidden = hide_keys(line)
    assert "Abc-_9" not in hidden
    assert "t0k3n" not in hidden
    assert hidden.endswith(" end")


def test_migrating_makes_the_shared_cache_too(db):
    """Signing in counts its tries there: without the table it would answer 500."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE psywellpath_cache")
    call_command("migrate", verbosity=0)
    assert "psywellpath_cache" in connection.introspection.table_names()
