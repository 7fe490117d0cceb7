"""Statements as a test sends them to the database itself, past Django's models."""

from django.db import DatabaseError, connection, transaction


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def ask(sql: str, values: tuple = ()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]


def refused(sql: str, values: tuple = ()) -> bool:
    try:
        with transaction.atomic():
            ask(sql, values)
    except DatabaseError:
        return True
    return False


def written(sql: str, values: tuple = ()) -> int | str:
    """How many rows were, or the state of the refusal; nothing of it stays."""
    try:
        with transaction.atomic():
            ((rows,),) = ask(sql, values)
            transaction.set_rollback(True)
            return rows
    except DatabaseError as error:
        return getattr(error.__cause__, "pgcode", None) or error.__cause__.sqlstate
