"""Creates a database for one benchmark, and drops it afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def own_database(suffix: str = "") -> Iterator[None]:
    """`suffix`: tells apart databases that exist at the same time."""
    name = connection.settings_dict["NAME"]
    if suffix:
        connection.settings_dict["TEST"]["NAME"] = f"test_{name}_{suffix}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
