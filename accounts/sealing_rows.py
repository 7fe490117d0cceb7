"""For migrations: seals the columns of rows that are there already, and opens them again.

Plain SQL, so that it runs the same whatever the models look like one day.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts import crypto, data_keys
from accounts.sealed_fields import SealedInteger, SealedJSON

BATCH = 1000


@dataclass(frozen=True)
class Column:
    """`was`: its SQL type of before."""

    name: str
    was: str
    sealed: Any

    @property
    def needs_null(self) -> bool:
        return self.is_words and self.sealed.null

    @property
    def is_words(self) -> bool:
        return not isinstance(self.sealed, (SealedInteger, SealedJSON))

    def read(self, text: bytes) -> Any:
        return text.decode() if self.is_words else json.loads(text)

    def write(self, value: Any) -> bytes:
        return (value if self.is_words else json.dumps(value)).encode()


@dataclass(frozen=True)
class Table:
    """`subject`: whose a row `t` is, in SQL."""

    name: str
    label: str
    subject: str
    columns: list[Column] = field(default_factory=list)

    def operations(self) -> list[Any]:
        """The columns become bytes; what is in them is sealed by `sealing`."""
        _app, model = self.label.split(".")
        state = [migrations.AlterField(model, c.name, c.sealed) for c in self.columns]
        there, back = self._sql()
        run = [migrations.RunSQL(there, back)]
        return [migrations.SeparateDatabaseAndState(run, state)]

    def _sql(self) -> tuple[str, str]:
        there, back = [], []
        for column in self.columns:
            name = column.name
            alter = f"ALTER TABLE {self.name} ALTER COLUMN {name}"
            text = f"convert_to({name}::text, 'UTF8')"
            read = f"convert_from({name}, 'UTF8')"
            if column.is_words:
                text, read = f"nullif({text}, ''::bytea)", f"coalesce({read}, '')"
            if column.needs_null:
                there.append(f"{alter} DROP NOT NULL")
            there.append(f"{alter} TYPE bytea USING {text}")
            back.append(f"{alter} TYPE {column.was} USING ({read})::{column.was}")
            if column.needs_null:
                back.append(f"{alter} SET NOT NULL")
        return ";\n".join(there) + ";", ";\n".join(back) + ";"


Turn = Callable[[Column, bytes, bytes, str], bytes]


def sealing(*tables: Table) -> migrations.RunPython:
    def run(turn: Turn) -> Callable:
        def turn_all(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            for table in tables:
                _turn(table, editor, turn)

        return turn_all

    return migrations.RunPython(run(_seal), run(_open))


def _seal(column: Column, key: bytes, held: bytes, context: str) -> bytes:
    return crypto.seal(key, column.sealed.encode(column.read(held)), context)


def _open(column: Column, key: bytes, held: bytes, context: str) -> bytes:
    return column.write(column.sealed.decode(crypto.unseal(key, held, context)))


def _turn(table: Table, editor: BaseDatabaseSchemaEditor, turn: Turn) -> None:
    """Rows that never change are changed here by their owner, in sight of nobody else."""
    names = [column.name for column in table.columns]
    sets = ", ".join(f"{name} = %s" for name in names)
    with editor.connection.cursor() as cursor:
        # A table with checks that wait for the commit can't be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        for rows in _batches(cursor, table, names):
            keys = _keys(cursor, {row[1] for row in rows})
            changed = [
                [
                    None if held is None else
                    turn(c, keys[row[1]], bytes(held), f"{table.label}.{c.name} {row[0]}")
                    for c, held in zip(table.columns, row[2:], strict=True)
                ] + [row[0]]
                for row in rows
            ]  # fmt: skip
            cursor.executemany(f"UPDATE {table.name} SET {sets} WHERE id = %s", changed)  # noqa: S608
        cursor.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _batches(cursor: Any, table: Table, names: list[str]) -> Iterator[list[tuple]]:
    last = UUID(int=0)
    columns = ", ".join(f"t.{name}" for name in names)
    ask = (
        f"SELECT t.id, {table.subject}, {columns} FROM {table.name} AS t"  # noqa: S608
        f" WHERE t.id > %s ORDER BY t.id LIMIT {BATCH}"
    )
    while True:
        cursor.execute(ask, [last])
        rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _keys(cursor: Any, subjects: set[UUID]) -> dict[UUID, bytes]:
    """The data keys of people; those who have none get one."""
    ask = "SELECT subject, wrapped FROM accounts_datakey WHERE subject = ANY(%s)"
    cursor.execute(ask, [list(subjects)])
    keys = {
        subject: crypto.unwrap(wrapped, data_keys.context(subject))
        for subject, wrapped in cursor.fetchall()
    }
    made = {subject: crypto.new_key() for subject in subjects - set(keys)}
    cursor.executemany(
        "INSERT INTO accounts_datakey (subject, wrapped, made_at) VALUES (%s, %s, now())",
        [[s, crypto.wrap(key, data_keys.context(s))] for s, key in made.items()],
    )
    return keys | made
