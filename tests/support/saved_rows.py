"""Rows from which many tests start: built once in each process, and copied back in later tests.

The first test that needs them builds them. What this changed in each table is saved, with the
object that the builder returned and the emails that it sent. Later tests write the rows back by
COPY, for a small part of the cost.
"""

import io
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import wraps
from operator import attrgetter
from typing import Any, TypeVar

from django.core import mail
from django.db import connection
from django.utils import timezone

from clients.models import Client
from tests.support import initial_rows
from tests.support.sql import ask

Build = TypeVar("Build", bound=Callable)
# Counts every row written in this transaction, also those of savepoints that were rolled back.
WRITTEN = """
SELECT pg_current_xact_id()::text, sum(pg_stat_get_xact_tuples_inserted(oid)
    + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid))::int
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Saved:
    changes: list[initial_rows.Change]
    returned: bytes
    emails: list


@dataclass
class Progress:
    """The builders that have run in a transaction, and how many rows it had written by then."""

    transaction: str = ""
    written: int = 0
    builders: tuple[str, ...] = ()


SAVED: dict[tuple, Saved] = {}
progress = Progress()


def saved(build: Build) -> Build:
    """Decorates a function that creates rows, with one argument at most: what another one returned.

    The rows are copied only where the test's transaction holds exactly the rows that it held when
    they were saved, and on the same day: many of them lie some days before or after it.
    """

    @wraps(build)
    def build_or_copy(*given: Any, **named: Any) -> Any:
        given = (*given, *named.values())
        if not connection.in_atomic_block or (before := _builders_alone()) is None:
            return build(*given)
        name = f"{build.__module__}.{build.__name__}"
        key = (timezone.localdate(), before, name)
        result = _copy(SAVED[key], given) if key in SAVED else _build(key, build, given)
        progress.transaction, progress.written = ask(WRITTEN)[0]
        progress.builders = (*before, name)
        return result

    return build_or_copy  # type: ignore[return-value]


def _builders_alone() -> tuple[str, ...] | None:
    """Which builders have written the rows of this transaction; None if something else has too."""
    transaction, written = ask(WRITTEN)[0]
    if not written:
        return ()
    alone = (transaction, written) == (progress.transaction, progress.written)
    return progress.builders if alone else None


def _build(key: tuple, build: Callable, given: tuple) -> Any:
    before, sent = initial_rows.all_rows(), len(mail.outbox)
    parts = {id(part): path for path, part in _parts(given)}
    result = build(*given)
    pickled = io.BytesIO()
    _Pickler(pickled, parts).dump(result)
    changes = initial_rows.changes(before, initial_rows.all_rows())
    SAVED[key] = Saved(changes, pickled.getvalue(), mail.outbox[sent:])
    return result


def _copy(saved: Saved, given: tuple) -> Any:
    initial_rows.write(saved.changes)
    mail.outbox += saved.emails
    return _Unpickler(io.BytesIO(saved.returned), given).load()


def _parts(given: tuple) -> Iterator[tuple[str, object]]:
    """The argument and the objects within it, by the names of the attributes that lead to them."""
    for argument in given:
        yield "", argument
        for field in fields(argument):
            part = getattr(argument, field.name)
            yield field.name, part
            if isinstance(part, Client):
                yield f"{field.name}.user", part.user


class _Pickler(pickle.Pickler):
    """Refers to what was given by its name, so that a copy refers to what it was given itself."""

    def __init__(self, file: io.BytesIO, parts: dict[int, str]) -> None:
        super().__init__(file)
        self.parts = parts

    def persistent_id(self, value: object) -> str | None:
        return self.parts.get(id(value))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, given: tuple) -> None:
        super().__init__(file)
        self.given = given

    def persistent_load(self, path: str) -> object:
        (argument,) = self.given
        return attrgetter(path)(argument) if path else argument
