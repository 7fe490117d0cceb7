"""Picture files written during a transaction, deleted again if it is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from articles.models import Image


@contextmanager
def all_or_nothing(images: list[Image], *, dry_run: bool) -> Iterator[None]:
    """A transaction; the caller adds each image whose files it writes to `images`."""
    undone = True
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(dry_run)
        undone = dry_run
    finally:
        for image in images if undone else ():
            image.forget_files()
