"""A separate test database for each run, so that two runs in one checkout do not collide.

Its name contains the id of the run's main process, so that a later run can recognise the databases
that a killed run left behind. The workers of a run copy a database that the first of them migrates.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import connection

from tests.support.locking import locked


def name_for_this_run(worker: str) -> str:
    """`worker` is xdist's name for the process: "master" if the run has no workers."""
    leader = os.getpid() if worker == "master" else os.getppid()
    suffix = "" if worker == "master" else f"_{worker}"
    return f"test_{connection.settings_dict['NAME']}_{leader}{suffix}"


def drop_what_killed_runs_left() -> None:
    """Only on the embedded server: elsewhere the process ids may be those of another machine."""
    if not settings.EMBEDDED:
        return
    pattern = re.compile(
        rf"test_{re.escape(connection.settings_dict['NAME'])}_(\d+)(_gw\d+|_migrated)?"
    )
    with _server() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        for (name,) in cursor.fetchall():
            match = pattern.fullmatch(name)
            if match and not psutil.pid_exists(int(match[1])):
                drop(name)


def migrated(run_folder: Path) -> tuple[str, bool]:
    """The name of this run's migrated database, and whether this process has migrated it."""
    name = f"test_{connection.settings_dict['NAME']}_{os.getppid()}_migrated"
    with locked(run_folder / "database.lock"):
        with _server() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            if cursor.rowcount:
                return name, False
        before = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
    return name, True


def drop(name: str) -> None:
    with _server() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _server() -> Iterator[Any]:
    """A cursor outside any test database."""
    to_postgres = {**connection.get_connection_params(), "dbname": "postgres"}
    with closing(connection.get_new_connection(to_postgres)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            yield cursor
