"""Sessions in the database, each found by its complete key only.

The web role can't read their table, so that no statement lists the keys of other people's
browsers. Three functions in `accounts/database/sign_in.sql` find, store and delete one.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import connection
from django.utils import timezone


def _call(sql: str, *values: Any) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        row = _call("SELECT data, ends FROM app_read_session(%s)", self.session_key)
        if row is None or row[1] <= timezone.now():
            self._session_key = None
            return {}
        return self.decode(row[0])

    def exists(self, session_key: str) -> bool:
        return _call("SELECT FROM app_read_session(%s)", session_key) is not None

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        written = _call(
            "SELECT app_write_session(%s, %s, %s, %s)",
            self._get_or_create_session_key(),  # type: ignore[attr-defined]
            data,
            self.get_expiry_date(),
            must_create,
        )
        if written == (0,):
            raise CreateError if must_create else UpdateError

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            _call("SELECT app_delete_session(%s)", key)
