"""Sends SQL statements straight to the database, past Django's models."""

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
    """The number of rows written, or the SQLSTATE of the refusal; the write is rolled back."""
    try:
        with transaction.atomic():
            ((rows,),) = ask(sql, values)
            transaction.set_rollback(True)
            return rows
    except DatabaseError as error:
        return getattr(error.__cause__, "pgcode", None) or error.__cause__.sqlstate
