"""File locks that the kernel releases when their holder ends, however it ends."""

import fcntl
import os
from pathlib import Path

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX


def take(path: Path, kind: int) -> int:
    """Waits for the lock and returns its file descriptor. Closing that releases the lock.

    Never release it by LOCK_UN: forked children share the lock and would lose it, too.
    """
    descriptor = open_file(path)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def try_to_take(path: Path, kind: int) -> int | None:
    descriptor = open_file(path)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_free_for(path: Path, kind: int) -> bool:
    descriptor = try_to_take(path, kind)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def open_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
