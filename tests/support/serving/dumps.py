"""pg_dump and psql on the database under test, as its owner runs them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection

from psywellpath.embedded_postgres.server import binaries


def _run(program: str, *arguments: str, database: str = "", given: bytes = b"") -> bytes:
    connection.ensure_connection()
    there: Any = connection.connection.info
    embedded = connection.settings_dict["ENGINE"] == "psywellpath.embedded_postgres"
    path = str(binaries() / program) if embedded else shutil.which(program)
    assert path, f"{program} is not installed"
    place = ["-h", there.host, "-p", str(there.port), "-U", there.user]
    done = subprocess.run(
        [path, *place, "-d", database or there.dbname, *arguments],
        input=given, capture_output=True, check=True,
        env=os.environ | {"PGPASSWORD": there.password or ""},
    )  # fmt: skip
    return done.stdout


def dump(*arguments: str) -> bytes:
    """As plain SQL."""
    return _run("pg_dump", *arguments)


@contextmanager
def restored(*dumps: bytes) -> Iterator[Any]:
    """Another database made from dumps, and a cursor on it."""
    name = f"{connection.settings_dict['NAME']}_restored"
    _run("psql", "-qc", f'DROP DATABASE IF EXISTS "{name}"', database="postgres")
    _run("psql", "-qc", f'CREATE DATABASE "{name}"', database="postgres")
    try:
        for one in dumps:
            _run("psql", "-q", "-v", "ON_ERROR_STOP=1", database=name, given=one)
        there: Any = connection.connection.info
        with_it = psycopg2.connect(
            host=there.host, port=there.port, user=there.user, password=there.password, dbname=name
        )
        try:
            yield with_it.cursor()
        finally:
            with_it.close()
    finally:
        _run("psql", "-qc", f'DROP DATABASE IF EXISTS "{name}"', database="postgres")
