"""Restores the rows that the migrations created, after a test that commits.

Django would truncate every table, sixty files each time, and then create groups, permissions and
steps again. Most tests write to a dozen tables: only those are restored, from a copy of their first
rows.
"""

from dataclasses import dataclass
from functools import cache
from io import StringIO

from django.db import OperationalError, connection, transaction
from psycopg2.errors import DeadlockDetected, LockNotAvailable

# The rows of each table when the database was created; a table that is not listed was empty.
INITIAL: dict[str, str] = {}
# How long to wait for all tables, time after time.
NO_LIMIT = "0"
PATIENCE = [*["3s"] * 10, NO_LIMIT]


def remember() -> None:
    """Copies the rows. Call it once in each process, before any test has run on the database."""
    with connection.cursor() as cursor:
        INITIAL.update((table, _rows(cursor, table)) for table in _filled(cursor))


def restore(*_: object) -> None:
    """Bypasses every trigger, since the audit log and signed notes refuse even the owner.

    A request of a page that was left may hold one table and want another. This one gives way, so
    that the request goes on to its end, and begins again.
    """
    for patience in PATIENCE:
        try:
            _restore(patience)
        except OperationalError as error:
            gave_way = isinstance(error.__cause__, DeadlockDetected | LockNotAvailable)
            if patience == NO_LIMIT or not gave_way:
                raise
        else:
            return


def _restore(patience: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
        # Waits for a request of a page that was left, which may still write a row.
        cursor.execute(f"LOCK TABLE {', '.join(_tables())}")
        filled = _filled(cursor)
        changed = [t for t in {*filled, *INITIAL} if _rows(cursor, t) != INITIAL.get(t, "")]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in changed:
            cursor.execute(f"DELETE FROM {table}")
            if rows := INITIAL.get(table):
                cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(rows))


@dataclass(frozen=True)
class Change:
    """Lines for a table, in the format of COPY: all of its rows, or those that are new."""

    table: str
    lines: str
    is_whole: bool


def all_rows() -> dict[str, str]:
    """The rows of each table that has any, in the format of COPY."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in _filled(cursor)}


def changes(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """What has to be written to lead from one result of `all_rows` to another."""
    changed = []
    for table in {*before, *after}:
        old, new = before.get(table, ""), after.get(table, "")
        if old != new:
            is_whole = not new.startswith(old)
            changed.append(Change(table, new if is_whole else new[len(old) :], is_whole))
    return changed


def write(changed: list[Change]) -> None:
    """Bypasses every trigger: their effects are among the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for change in changed:
            if change.is_whole:
                cursor.execute(f"DELETE FROM {change.table}")
            cursor.copy_expert(f"COPY {change.table} FROM STDIN", StringIO(change.lines))
        cursor.execute("SET LOCAL session_replication_role = origin")


def disconnect_others() -> None:
    """Call it before the database is dropped: a browser's connection may still be open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
            " AND pid <> pg_backend_pid()"
        )


@cache
def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _filled(cursor) -> list[str]:
    queries = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _tables())
    cursor.execute(" UNION ALL ".join(queries))
    return [table for (table,) in cursor.fetchall()]


def _rows(cursor, table: str) -> str:
    text = StringIO()
    cursor.copy_expert(f"COPY {table} TO STDOUT", text)
    return text.getvalue()
