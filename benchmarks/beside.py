"""Two processes, each with a database, measured in turn: a busy minute slows both down."""

import multiprocessing
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any


@contextmanager
def started(module: str, name: str, *arguments: Any) -> Iterator[Connection]:
    """Runs `module.name(pipe, *arguments)` in a process of its own; yields a pipe once it is ready.

    The function sends a message when ready, and answers each message until it receives None.
    """
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    child = fresh.Process(target=_named, args=(module, name, theirs, arguments))
    child.start()
    theirs.close()
    try:
        ours.recv()
        yield ours
        ours.send(None)
    finally:
        ours.close()
        child.join()


def _named(module: str, name: str, pipe: Connection, arguments: tuple) -> None:
    """Imports the function by its name, since models can only be imported once Django is set up."""
    import django

    django.setup()
    from importlib import import_module

    getattr(import_module(module), name)(pipe, *arguments)


def in_turn(question: Any, one: Connection, other: Connection, runs: int) -> tuple[float, float]:
    """The medians of both processes' answers, after a first round that does not count."""
    answers: tuple[list[float], list[float]] = [], []
    for run in range(runs + 1):
        for series, pipe in zip(answers, (one, other), strict=True):
            pipe.send(question)
            answer = pipe.recv()
            if run:
                series.append(answer)
    return statistics.median(answers[0]), statistics.median(answers[1])
