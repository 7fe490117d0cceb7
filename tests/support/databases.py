"""A test database of each run's own: two runs in one checkout do not meet.

Its name holds the id of the process that leads the run, so that a later run can tell which ones
a killed run left behind.
"""

import os
import re
from contextlib import closing

import psutil
from django.conf import settings
from django.db import connection


def name_for_this_run(worker: str) -> str:
    """`worker` is xdist's word for the process, "master" where the run has no workers."""
    leader = os.getpid() if worker == "master" else os.getppid()
    suffix = "" if worker == "master" else f"_{worker}"
    return f"test_{connection.settings_dict['NAME']}_{leader}{suffix}"


def drop_what_killed_runs_left() -> None:
    """On the embedded server alone: on another one the processes may be another machine's."""
    if not settings.EMBEDDED:
        return
    pattern = re.compile(rf"test_{re.escape(connection.settings_dict['NAME'])}_(\d+)(_gw\d+)?")
    to_postgres = {**connection.get_connection_params(), "dbname": "postgres"}
    with closing(connection.get_new_connection(to_postgres)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            for (name,) in cursor.fetchall():
                found = pattern.fullmatch(name)
                if found and not psutil.pid_exists(int(found[1])):
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
