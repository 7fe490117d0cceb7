"""After a test that commits: the rows are again those that the migrations made.

Django truncates every table, sixty files each time, and then makes groups, permissions and steps
anew. Most tests write to a dozen tables: only those are put back, from what stood in them at birth.
"""

from functools import cache
from io import StringIO

from django.db import connection, transaction

# What each table held when the database was made; a table that is not here was empty.
AT_BIRTH: dict[str, str] = {}


def remember() -> None:
    """To be asked once a process, of a database on which no test has run."""
    with connection.cursor() as cursor:
        AT_BIRTH.update((table, _rows(cursor, table)) for table in _filled(cursor))


def put_back(*_: object) -> None:
    """Bypasses every trigger: the audit log refuses even its owner, and a signed note stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        # A page that was left may still be on its way to a row: it is waited for.
        cursor.execute(f"LOCK TABLE {', '.join(_tables())}")
        filled = _filled(cursor)
        changed = [t for t in {*filled, *AT_BIRTH} if _rows(cursor, t) != AT_BIRTH.get(t, "")]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in changed:
            cursor.execute(f"DELETE FROM {table}")
            if rows := AT_BIRTH.get(table):
                cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(rows))


def send_others_away() -> None:
    """Before the database goes: a browser's connection may still be open."""
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
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _tables())
    cursor.execute(" UNION ALL ".join(asked))
    return [table for (table,) in cursor.fetchall()]


def _rows(cursor, table: str) -> str:
    text = StringIO()
    cursor.copy_expert(f"COPY {table} TO STDOUT", text)
    return text.getvalue()
