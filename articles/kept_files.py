"""Files that are written within a transaction, and go where it ends in nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models.fields.files import FieldFile


@contextmanager
def all_or_nothing(files: list[FieldFile], *, dry_run: bool) -> Iterator[None]:
    """A transaction; `files` are those written in it, gathered meanwhile."""
    undone = True
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(dry_run)
        undone = dry_run
    finally:
        for file in files if undone else ():
            file.storage.delete(str(file.name))
