"""Migrations add first: the old code goes on writing rows while the new migrations run."""

from collections.abc import Iterator

import pytest
from django.db import models
from django.db.migrations import AddField, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

pytestmark = pytest.mark.quick
APPS = ["accounts", "articles", "assessments", "clients"]


def is_writable_by_old_code(field: models.Field) -> bool:
    """Whether an INSERT that doesn't know the column succeeds: the database fills it in."""
    return (
        field.null
        or field.many_to_many
        or isinstance(field, models.GeneratedField)
        or field.db_default is not NOT_PROVIDED
    )


def added(migration: Migration) -> Iterator[AddField]:
    """The fields that a migration adds to tables of an earlier one."""
    for operation in migration.operations:
        if isinstance(operation, AddField) and migration.name != "0001_initial":
            yield operation


def faults(migrations: list[Migration]) -> list[str]:
    return [
        f"{migration.app_label}/migrations/{migration.name}.py adds"
        f" {operation.model_name}.{operation.name}: what does the old code write there while this"
        " migration runs? Give the field a db_default, or null=True."
        for migration in migrations
        for operation in added(migration)
        if not is_writable_by_old_code(operation.field)
    ]


def test_each_field_that_is_added_later_is_filled_in_by_the_database():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = [m for (app, _name), m in loader.disk_migrations.items() if app in APPS]
    assert ours
    assert not faults(ours), "\n".join(faults(ours))


@pytest.mark.parametrize(
    ("field", "fine"),
    [
        (models.TextField(), False),
        (models.TextField(default=""), False),
        (models.TextField(default="", db_default=""), True),
        (models.BooleanField(default=False, db_default=False), True),
        (models.DateTimeField(null=True), True),
        (models.ManyToManyField("accounts.User"), True),
    ],
)
@pytest.mark.parametrize(("name", "judged"), [("0001_initial", False), ("0002_more", True)])
def test_a_field_without_a_default_in_the_database_is_found(field, fine, name, judged):
    migration = Migration(name, "clients")
    migration.operations = [AddField("note", "colour", field)]
    assert bool(faults([migration])) == (judged and not fine)
    assert all("clients/migrations/0002_more.py" in fault for fault in faults([migration]))
