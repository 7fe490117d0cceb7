"""Calls that start at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from django.db import connection


class Threads:
    """A context manager. Its threads keep their connections from one call of `at_once` to the next,
    since a new connection has to read the whole catalogue of the database."""

    def __init__(self, number: int) -> None:
        self.number, self.pool = number, ThreadPoolExecutor(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.at_once(lambda _: connection.close())
        self.pool.shutdown()

    def at_once(self, work: Callable[[int], Any]) -> list:
        """What each thread's call returned; its argument is the number of the thread."""
        barrier = threading.Barrier(self.number)

        def run(number: int) -> Any:
            barrier.wait()
            return work(number)

        calls = [self.pool.submit(run, number) for number in range(self.number)]
        for call in calls:
            if error := call.exception():
                raise AssertionError("a thread died") from error
        return [call.result() for call in calls]


def at_once(work: Callable[[int], Any], number: int) -> list:
    with Threads(number) as threads:
        return threads.at_once(work)
