"""Sets the application's clock to another time, and makes the database accept it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.db import connection

# The database accepts an actor's signature for a few minutes only (accounts/database/actor.sql).
_NEAR = "'app_is_recent(timestamptz)'::regprocedure"
_ALWAYS = """
CREATE OR REPLACE FUNCTION app_is_recent(signed_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS
$$ SELECT true $$
"""


@contextmanager
def clock_at(at: datetime) -> Iterator[datetime]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_get_functiondef({_NEAR})")
        (before,) = cursor.fetchone()
        cursor.execute(_ALWAYS)
        try:
            with mock.patch("django.utils.timezone.now", return_value=at):
                yield at
        finally:
            cursor.execute(before)
