"""Runs pg_dump and psql on the database under test, as its owner."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection

from psywellpath.embedded_postgres.server import binaries


def _run(program: str, *arguments: str, database: str = "", standard_input: bytes = b"") -> bytes:
    connection.ensure_connection()
    server: Any = connection.connection.info
    embedded = connection.settings_dict["ENGINE"] == "psywellpath.embedded_postgres"
    path = str(binaries() / program) if embedded else shutil.which(program)
    assert path, f"{program} is not installed"
    address = ["-h", server.host, "-p", str(server.port), "-U", server.user]
    done = subprocess.run(
        [path, *address, "-d", database or server.dbname, *arguments],
        input=standard_input, capture_output=True, check=True,
        env=os.environ | {"PGPASSWORD": server.password or ""},
    )  # fmt: skip
    return done.stdout


def dump(*arguments: str) -> bytes:
    """The database as plain SQL."""
    return _run("pg_dump", *arguments)


@contextmanager
def restored(*dumps: bytes) -> Iterator[Any]:
    """Creates another database from dumps; yields a cursor on it."""
    name = f"{connection.settings_dict['NAME']}_restored"
    _run("psql", "-qc", f'DROP DATABASE IF EXISTS "{name}"', database="postgres")
    _run("psql", "-qc", f'CREATE DATABASE "{name}"', database="postgres")
    try:
        for one in dumps:
            _run("psql", "-q", "-v", "ON_ERROR_STOP=1", database=name, standard_input=one)
        server: Any = connection.connection.info
        copy = psycopg2.connect(
            host=server.host, port=server.port, user=server.user, password=server.password,
            dbname=name,
        )  # fmt: skip
        try:
            yield copy.cursor()
        finally:
            copy.close()
    finally:
        _run("psql", "-qc", f'DROP DATABASE IF EXISTS "{name}"', database="postgres")
