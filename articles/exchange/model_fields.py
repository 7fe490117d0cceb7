"""What of each model travels in a folder of articles, and how it is written there.

Plain fields travel by themselves, those that are added later too. A relation to another model
needs that model's line in LIBRARY, a table that belongs to a row one in BELONGINGS; what stays
behind is named in STAYS with the reason.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.files import FieldFile

from articles.models import Article, Author, Image, Series, Topic

BODY = "body"
# Their names in library.yaml, in the order in which they need one another, and what names a row.
LIBRARY: dict[str, tuple[type[models.Model], str]] = {
    "pictures": (Image, "file"),
    "topics": (Topic, "slug"),
    "authors": (Author, "slug"),
    "series": (Series, "title"),
}
# Rows that only belong to one other row, each told by a single text.
BELONGINGS: dict[type[models.Model], dict[str, str]] = {
    Article: {"old_addresses": "path", "origins": "key"},
    Image: {"origins": "key"},
    Topic: {"old_addresses": "slug"},
}
# What does not travel, and why: models by their name, and two sorts of fields.
STAYS = {
    "people": "accounts stay where they are: their addresses and rights are no part of a text",
    "generated": "the database computes it",
    "Revision": "the versions of a text belong to the desk it was written at; the newest travels",
    "Unsaved": "what an editor has not saved is theirs, and no part of an article yet",
}
_NAMED_BY = dict(LIBRARY.values())


def named_by(model: type[models.Model]) -> str:
    return "slug" if model is Article else _NAMED_BY[model]


def is_library(model: type[models.Model]) -> bool:
    return model in _NAMED_BY


def stays(field: models.Field) -> bool:
    related: Any = field.related_model
    person = related is not None and related._meta.label == settings.AUTH_USER_MODEL
    return field.primary_key or field.generated or person


def travelling(model: type[models.Model]) -> dict[str, models.Field]:
    every = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.name: field for field in every if not stays(field)}


def clocks(model: type[models.Model]) -> list[str]:
    """The fields that a save sets to its own time."""
    return [
        name
        for name, field in travelling(model).items()
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]


def name_of(row: models.Model) -> str:
    """What other rows call it."""
    value = getattr(row, named_by(type(row)))
    return str(value.name).rpartition("/")[2] if isinstance(value, FieldFile) else str(value)


def described(row: models.Model) -> dict[str, Any]:
    """A row as plain values. A query for each kind of relation that is not prefetched."""
    return {name: _told(row, field) for name, field in travelling(type(row)).items()} | belongings(
        row
    )


def belongings(row: models.Model) -> dict[str, list[str]]:
    return {
        relation: sorted(getattr(child, text) for child in getattr(row, relation).all())
        for relation, text in BELONGINGS.get(type(row), {}).items()
    }


def _told(row: models.Model, field: models.Field) -> Any:
    value = getattr(row, field.name)
    if field.many_to_many:
        return sorted(name_of(other) for other in value.all())
    if isinstance(field, models.FileField):
        return name_of(row)
    if field.is_relation:
        return name_of(value) if value else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    plain = value is None or type(value) in (str, int, float, bool, list, dict)
    return value if plain else field.value_to_string(row)


def understood(
    model: type[models.Model], told: Mapping[str, Any], known: Mapping[tuple[type, str], Any]
) -> dict[str, Any]:
    """The values of a row from what is written; `known` has the rows it may point to.

    Raises ValidationError, which names each key that is not right.
    """
    fields, values, wrong = travelling(model), {}, {}
    for name, value in told.items():
        if name in BELONGINGS.get(model, {}):
            continue
        try:
            values[name] = _read(fields[name], value, known)
        except KeyError as error:
            absent = error.args[0] if name in fields else f"{name}: no such field"
            wrong[name] = f"{name}: {absent}" if name in fields else absent
        except (ValidationError, TypeError, ValueError):
            wrong[name] = f"{name}: this value cannot be read"
    if wrong:
        raise ValidationError(list(wrong.values()))
    return values


def _read(field: models.Field, value: Any, known: Mapping[tuple[type, str], Any]) -> Any:
    if field.many_to_many:
        return [_row(field, name, known) for name in texts(value)]
    if field.is_relation:
        return _row(field, value, known) if value is not None else None
    if isinstance(value, list | dict) and not isinstance(field, models.JSONField):
        raise ValueError(field.name)
    return field.to_python(value)


def _row(field: models.Field, name: object, known: Mapping[tuple[type, str], Any]) -> Any:
    related: Any = field.related_model
    key = (related, str(name))
    if key not in known:
        raise KeyError(f"“{name}” is not in the library")
    return known[key]


def texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ValueError(value)
    return value


def file_name(value: object) -> str:
    """A name without any folder in it; raises ValidationError for all else."""
    name = str(value)
    if name != PurePosixPath(name).name or name.startswith(".") or "\\" in name or "\x00" in name:
        raise ValidationError(f"{name!r} is no plain file name")
    return name
