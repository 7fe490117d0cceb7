"""A cache that stores JSON. Django's own backends store pickles, so that anyone who can write one
of their rows can run code in every process that reads it.

A stored value that is not JSON counts as missing. Tuples come back as lists, dict keys as strings.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router

# Deletes what has expired, too; the row that is written itself may not change twice.
_SET = """
WITH expired AS (
    DELETE FROM {table} WHERE expires <= statement_timestamp() AND cache_key <> %s)
INSERT INTO {table} AS cached (cache_key, value, expires) VALUES (%s, %s, %s)
ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires
"""
_ADD = _SET + "WHERE cached.expires <= statement_timestamp()"
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


class JSONSerializer:
    """For Django's Redis backend."""

    def dumps(self, value: Any) -> int | str:
        # As a number, so that Redis can increment it.
        return value if type(value) is int else json.dumps(value)

    def loads(self, data: bytes) -> Any:
        return _read(data)


def _read(data: bytes | str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


class JSONDatabaseCache(BaseDatabaseCache):
    """A table in PostgreSQL, created by `createcachetable`. Each operation is one statement."""

    _table: str

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        named = {self.make_and_validate_key(key, version=version): key for key in keys}
        rows = self._run(
            "SELECT cache_key, value FROM {table}"
            " WHERE cache_key = ANY(%s) AND expires > statement_timestamp()",
            [list(named)],
        )
        read = ((named[full_key], _read(value)) for full_key, value in rows)
        return {key: value for key, value in read if value is not None}

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._write(_SET, key, value, timeout, version)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._write(_ADD, key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        full_key = self.make_and_validate_key(key, version=version)
        touched = (
            "UPDATE {table} SET expires = %s"
            " WHERE cache_key = %s AND expires > statement_timestamp() RETURNING 1"
        )
        return bool(self._run(touched, [self._ends(timeout), full_key]))

    def delete(self, key: str, version: int | None = None) -> bool:
        full_key = self.make_and_validate_key(key, version=version)
        return bool(self._run("DELETE FROM {table} WHERE cache_key = %s RETURNING 1", [full_key]))

    def clear(self) -> None:
        self._run("DELETE FROM {table}", [])

    def _write(self, sql: str, key: str, value: Any, timeout: Any, version: int | None) -> bool:
        full_key = self.make_and_validate_key(key, version=version)
        values = [full_key, full_key, json.dumps(value), self._ends(timeout)]
        return bool(self._run(sql + " RETURNING 1", values))

    def _ends(self, timeout: Any) -> datetime:
        ends = self.get_backend_timeout(timeout)
        return _FOREVER if ends is None else datetime.fromtimestamp(ends, tz=UTC)

    def _run(self, sql: str, values: list[Any]) -> list[tuple]:
        connection = connections[router.db_for_write(self.cache_model_class)]
        with connection.cursor() as cursor:
            cursor.execute(sql.format(table=connection.ops.quote_name(self._table)), values)
            return cursor.fetchall() if cursor.description else []
