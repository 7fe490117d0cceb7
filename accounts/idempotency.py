"""Idempotency keys: a form that is sent twice makes one row.

A page makes the key together with its form, and the browser sends it back, so it is whatever a
browser chooses to send. It therefore has a column of its own, unique within what the row belongs
to, and is never a primary key, nor the subject of a data key.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models, transaction


class IdempotencyKey(models.UUIDField):
    """A row that came of no form gets one by itself. Say in a UniqueConstraint what it is unique
    within."""

    def __init__(self, **kwargs: Any):
        defaults: dict[str, Any] = {"default": uuid.uuid4, "editable": False}
        super().__init__(**defaults | kwargs)


@contextmanager
def once(constraint: str) -> Iterator[None]:
    """A savepoint for inserting a row which its sender can't look up: where the row is there
    already, by the unique constraint of this name, the block's work is undone without an error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != constraint:
            raise
