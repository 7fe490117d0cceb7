"""Runs PostgreSQL's own programs on the site's database; a password is never an argument."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environ
from django.core.management.base import CommandError
from django.db import connection, connections
from tqdm import tqdm

from psywellpath.embedded_postgres import server


def become_owner() -> None:
    """Connects to the database as its owner from now on, if OWNER_DATABASE_URL names one."""
    if os.environ.get("OWNER_DATABASE_URL"):
        connection.close()
        connections["default"].settings_dict.update(environ.Env().db("OWNER_DATABASE_URL"))
    connection.ensure_connection()


def server_version() -> int:
    """PostgreSQL's major version."""
    return connection.pg_version // 10_000  # type: ignore[attr-defined]


def program(name: str, version: int) -> tuple[Path, int]:
    """The program of the server's version, or of the next newer one; older ones refuse to work."""
    by_version = {_version(path): path for path in _candidates(name)}
    fitting = sorted(number for number in by_version if number >= version)
    if not fitting:
        raise CommandError(
            f"No {name} of PostgreSQL {version} or newer is installed"
            " (on Debian: apt-get install postgresql-client)."
        )
    return by_version[fitting[0]], fitting[0]


def _candidates(name: str) -> Iterator[Path]:
    folders = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    with contextlib.suppress(server.EmbeddedPostgresError):
        folders.append(server.binaries())
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            yield folder / name


def _version(path: Path) -> int:
    completed = subprocess.run([path, "--version"], capture_output=True, text=True)  # noqa: S603
    number = re.search(r"\(PostgreSQL\) (\d+)", completed.stdout)
    return int(number[1]) if number else 0


def run(name: str, *arguments: str, version: int, tables: int = 0) -> int:
    """Runs pg_dump or pg_restore with a progress bar of its tables; returns its version."""
    path, number = program(name, version)
    parameters, secrets = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    where, database = parameters[1:-1], parameters[-1]
    command = [str(path), "--no-password", "--verbose", *where, "--dbname", database, *arguments]
    environment = os.environ | {"LC_ALL": "C"} | (secrets or {})
    lines = []
    with (
        subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process,  # noqa: S603
        tqdm(total=tables, unit="table", disable=not tables, file=sys.stderr, desc=name) as bar,
    ):
        for line in process.stderr or ():
            lines.append(line)
            bar.update(line.startswith((f"{name}: dumping contents", f"{name}: processing data")))
    if process.returncode:
        faults = [line for line in lines if ": error: " in line or "detail: " in line] or lines[-5:]
        raise CommandError(f"{name} failed:\n{''.join(faults)}")
    return number
