"""A separate test database for each run, so that two runs in one checkout do not collide.

Its name contains the id of the run's main process, so that a later run can recognise the databases
that a killed run left behind.
"""

import os
import re
from contextlib import closing

import psutil
from django.conf import settings
from django.db import connection


def name_for_this_run(worker: str) -> str:
    """`worker` is xdist's name for the process: "master" if the run has no workers."""
    leader = os.getpid() if worker == "master" else os.getppid()
    suffix = "" if worker == "master" else f"_{worker}"
    return f"test_{connection.settings_dict['NAME']}_{leader}{suffix}"


def drop_what_killed_runs_left() -> None:
    """Only on the embedded server: elsewhere the process ids may be those of another machine."""
    if not settings.EMBEDDED:
        return
    pattern = re.compile(rf"test_{re.escape(connection.settings_dict['NAME'])}_(\d+)(_gw\d+)?")
    to_postgres = {**connection.get_connection_params(), "dbname": "postgres"}
    with closing(connection.get_new_connection(to_postgres)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            for (name,) in cursor.fetchall():
                match = pattern.fullmatch(name)
                if match and not psutil.pid_exists(int(match[1])):
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
