"""Idempotency keys: a form that is sent twice makes one row.

The key is created with the form and comes back from the browser, which may send any value. It
therefore has a column of its own, unique within what the row belongs to, and is never a primary
key, nor the subject of a data key.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models, transaction


class IdempotencyKey(models.UUIDField):
    """A row that no form created gets a random one. A UniqueConstraint has to say within what the
    key is unique."""

    def __init__(self, **kwargs: Any):
        defaults: dict[str, Any] = {"default": uuid.uuid4, "editable": False}
        super().__init__(**defaults | kwargs)


@contextmanager
def once(constraint: str) -> Iterator[None]:
    """A savepoint for inserting a row that its sender can't look up: if the row exists already, by
    the unique constraint of this name, the block is rolled back without an error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != constraint:
            raise
