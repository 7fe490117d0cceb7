"""A database for a measure alone, made for it and dropped again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def own_database(called: str = "") -> Iterator[None]:
    """`called`: apart from others that are there at the same time."""
    name = connection.settings_dict["NAME"]
    if called:
        connection.settings_dict["TEST"]["NAME"] = f"test_{name}_{called}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
