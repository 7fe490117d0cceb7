"""Reads several querysets in one statement: a page then asks the database once.

    signed, open_tasks = client.notes.signed(), client.tasks.open()
    read_together(signed, open_tasks)

Each queryset keeps its own rows, in its own order, as if it had been evaluated alone. The rows
travel as JSON, and are turned back into what the driver would have returned before the fields see
them; a column of a type that JSON would change, and that is not in `_RESTORED`, is refused.

A page that is put together from parts has a *loader* for each: a generator that yields the
querysets that it needs and returns what it makes of them. `load` runs loaders side by side, with
one statement for all that they yield at a time.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db import connection
from django.db.models import Model, QuerySet, Value


def _bytes(hexadecimal: str) -> memoryview:
    return memoryview(bytes.fromhex(hexadecimal.removeprefix("\\x")))


def _date(text: str) -> date:
    """Also of the beginning of a month, which PostgreSQL returns with a time."""
    return date.fromisoformat(text[:10])


# What JSON makes of a column, turned back into what the driver returns. Text, whole numbers and
# truth values are in JSON what they are in Python.
_RESTORED: dict[str, Callable[[Any], Any]] = {
    "bytea": _bytes,
    "date": _date,
    "jsonb": json.dumps,
    "timestamp with time zone": datetime.fromisoformat,
    "uuid": UUID,
}
_UNCHANGED = (
    "bigint", "boolean", "double", "inet", "integer", "smallint", "text", "tsvector", "varchar",
)  # fmt: skip


class Counted:
    """How many rows a queryset has, once it was read; `n` is the number."""

    n = 0

    def __init__(self, queryset: QuerySet):
        self.queryset = queryset


class Selected:
    """What a SELECT returns that no queryset can express, once it was read: `rows`. `kinds` are the
    types of its columns, as PostgreSQL calls them."""

    def __init__(self, sql: str, params: Sequence[Any], kinds: Sequence[str]):
        self.sql, self.params = sql, tuple(params)
        self.restored = [_restore(kind) for kind in kinds]
        self.rows: list[tuple] = []


Part: TypeAlias = QuerySet | Counted | Selected


def read_together(*parts: Part) -> None:
    """Evaluates the querysets and whatever else is to be read. One query, and those of the
    `prefetch_related` of querysets. A queryset that was evaluated before stays as it is, and one
    that several loaders yield is read once."""
    pending = [_pending(part) for part in dict.fromkeys(parts) if not _is_done(part)]
    asked = [part for part in pending if part.sql]
    answers = _ask(asked) if asked else []
    for part, value in zip(asked, answers, strict=True):
        part.value = value
    for part in pending:
        part.fill()


Loaded = TypeVar("Loaded")
Loader: TypeAlias = Generator[Iterable[Part], None, Loaded]


def load(loader: Loader[Loaded]) -> Loaded:
    """What the loader returns. One query for each time that it yields."""
    while True:
        try:
            wanted = next(loader)
        except StopIteration as done:
            return done.value
        read_together(*wanted)


def side_by_side(*loaders: Loader[Any]) -> Loader[list[Any]]:
    """One loader of many: what they yield at a time is read in one statement."""
    values: list[Any] = [None] * len(loaders)
    running = dict(enumerate(loaders))
    while running:
        wanted: list[Part] = []
        for number, loader in list(running.items()):
            try:
                wanted += next(loader)
            except StopIteration as done:
                values[number] = done.value
                del running[number]
        if wanted:
            yield wanted
    return values


def rows(*querysets: QuerySet) -> Loader[tuple[QuerySet, ...]]:
    """A loader of these querysets, and nothing more."""
    yield querysets
    return querysets


def alone(queryset: QuerySet) -> Loader[QuerySet]:
    """The same for one queryset."""
    yield (queryset,)
    return queryset


def aggregated(queryset: QuerySet, **aggregates: Any) -> QuerySet:
    """One row, as `aggregate` would return it, which can be read together with others."""
    everything = queryset.order_by().annotate(everything=Value(1)).values("everything")
    return everything.annotate(**aggregates).values(*aggregates)


def read(*parts: Part) -> Loader[None]:
    """A loader that only reads these."""
    yield parts


def first(queryset: QuerySet) -> Any:
    """The first of the rows that were read, None if there is none."""
    return next(iter(queryset), None)


def _is_done(part: Part) -> bool:
    return isinstance(part, QuerySet) and part._result_cache is not None


def _ask(parts: "list[_Pending]") -> Iterable[Any]:
    columns = ", ".join(f"({part.sql})" for part in parts)
    values = [value for part in parts for value in part.params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", values)  # The SQL that Django compiled.
        return cursor.fetchone()


class _Pending:
    """One subquery of the statement, and its answer. Without `sql` it has no rows."""

    sql = ""
    params: tuple = ()
    value: Any = None

    def fill(self) -> None:
        raise NotImplementedError


class _PendingRows(_Pending):
    def __init__(self, queryset: QuerySet):
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(queryset.db)
        sql, self.params = _compiled(self.compiler)
        self.sql = _as_json(sql, self.compiler.col_count or 0)

    def fill(self) -> None:
        """Lets the queryset evaluate itself, with the rows that were read in place of its query."""
        query = self.queryset.query
        kinds = [s[0].output_field.db_type(connection) or "" for s in self.compiler.select or ()]
        rows = _restored(self.value, [_restore(kind) for kind in kinds])
        self.compiler.execute_sql = lambda *_args, **_options: iter([rows])
        query.get_compiler = lambda *_args, **_options: self.compiler  # type: ignore[method-assign]
        try:
            self.queryset._fetch_all()
        finally:
            del query.get_compiler  # A queryset that is made of this one asks for itself.


class _PendingCount(_Pending):
    def __init__(self, counted: Counted):
        self.counted = counted
        rows = counted.queryset
        if not rows.query.is_sliced:
            rows = rows.order_by()  # PostgreSQL would sort them before it counts them.
        sql, self.params = _compiled(rows.query.get_compiler(rows.db))
        self.sql = f"SELECT count(*) FROM ({sql}) AS counted" if sql else ""  # noqa: S608

    def fill(self) -> None:
        self.counted.n = self.value or 0


class _PendingSelect(_Pending):
    def __init__(self, selected: Selected):
        self.selected, self.params = selected, selected.params
        self.sql = _as_json(selected.sql, len(selected.restored))

    def fill(self) -> None:
        self.selected.rows = _restored(self.value, self.selected.restored)


def _pending(part: Part) -> _Pending:
    if isinstance(part, QuerySet):
        return _PendingRows(part)
    return _PendingCount(part) if isinstance(part, Counted) else _PendingSelect(part)


def _compiled(compiler: Any) -> tuple[str, tuple]:
    try:
        return compiler.as_sql()
    except EmptyResultSet:
        return "", ()


def _as_json(sql: str, columns: int) -> str:
    """The rows as a list of objects, whose keys are in the order of the columns."""
    names = ", ".join(f"c{number}" for number in range(columns))
    return f"SELECT json_agg(part) FROM ({sql}) AS part ({names})" if sql else ""  # noqa: S608


def _restore(kind: str) -> Callable[[Any], Any] | None:
    if kind in _RESTORED:
        return _RESTORED[kind]
    if not kind.startswith(_UNCHANGED):
        raise TypeError(f"JSON would change a column of the type {kind}")
    return None


def _restored(rows: list[dict] | None, restored: list[Callable[[Any], Any] | None]) -> list[tuple]:
    return [
        tuple(
            value if value is None or restore is None else restore(value)
            for value, restore in zip(row.values(), restored, strict=False)
        )
        for row in rows or ()
    ]


def attach(
    parents: Collection[Model], name: str, children: Iterable[Model], to_attr: str = ""
) -> None:
    """Makes `children` the loaded rows of the parents' reverse relation `name`, as
    `prefetch_related` would, or a list in `to_attr`. No query."""
    if not parents:
        return
    relation: Any = next(iter(parents))._meta.get_field(name)
    if not relation.one_to_many:
        raise FieldDoesNotExist(f"{name} does not lead to many rows")
    of_parent: dict[Any, list[Model]] = defaultdict(list)
    for child in children:
        of_parent[getattr(child, relation.field.attname)].append(child)
    for parent in parents:
        rows = of_parent[parent.pk]
        for child in rows:
            setattr(child, relation.field.name, parent)
        if to_attr:
            setattr(parent, to_attr, rows)
            continue
        loaded = getattr(parent, name).all()
        loaded._result_cache, loaded._prefetch_done = rows, True
        cache = parent.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[relation.cache_name] = loaded
