"""Two processes with a database each, asked in turn: a busy minute is one for both."""

import multiprocessing
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any


@contextmanager
def started(module: str, name: str, *arguments: Any) -> Iterator[Connection]:
    """A process of its own that runs `module.name(pipe, *arguments)`, once it is ready.

    It says so, and answers what it is sent, until it is sent None.
    """
    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe()
    child = fresh.Process(target=_named, args=(module, name, there, arguments))
    child.start()
    there.close()
    try:
        here.recv()
        yield here
        here.send(None)
    finally:
        here.close()
        child.join()


def _named(module: str, name: str, pipe: Connection, arguments: tuple) -> None:
    """Models can only be imported once Django is set up, so the place comes by its name."""
    import django

    django.setup()
    from importlib import import_module

    getattr(import_module(module), name)(pipe, *arguments)


def in_turn(question: Any, one: Connection, other: Connection, runs: int) -> tuple[float, float]:
    """The medians of what each answers, after a first time that does not count."""
    found: tuple[list[float], list[float]] = [], []
    for run in range(runs + 1):
        for kept, pipe in zip(found, (one, other), strict=True):
            pipe.send(question)
            said = pipe.recv()
            if run:
                kept.append(said)
    return statistics.median(found[0]), statistics.median(found[1])
