"""Restores the rows that the migrations created, after a test that commits.

Django would truncate every table, sixty files each time, and then create groups, permissions and
steps again. Most tests write to a dozen tables: only those are restored, from a copy of their first
rows.
"""

from functools import cache
from io import StringIO

from django.db import connection, transaction

# The rows of each table when the database was created; a table that is not listed was empty.
INITIAL: dict[str, str] = {}


def remember() -> None:
    """Copies the rows. Call it once in each process, before any test has run on the database."""
    with connection.cursor() as cursor:
        INITIAL.update((table, _rows(cursor, table)) for table in _filled(cursor))


def restore(*_: object) -> None:
    """Bypasses every trigger, since the audit log and signed notes refuse even the owner."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Waits for a request of a page that was left, which may still write a row.
        cursor.execute(f"LOCK TABLE {', '.join(_tables())}")
        filled = _filled(cursor)
        changed = [t for t in {*filled, *INITIAL} if _rows(cursor, t) != INITIAL.get(t, "")]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in changed:
            cursor.execute(f"DELETE FROM {table}")
            if rows := INITIAL.get(table):
                cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(rows))


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
