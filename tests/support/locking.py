"""A lock that the processes of a run share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psywellpath.embedded_postgres import locks


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process at a time is inside the block."""
    lock = locks.take(path, locks.EXCLUSIVE)
    try:
        yield
    finally:
        os.close(lock)
