"""Which fields of each model an export contains, and how it writes them.

Plain fields are exported automatically, including those added later. A relation to another model
needs that model's line in LIBRARY; a table whose rows belong to one other row needs a line in
OWNED_ROWS. What is not exported is named in NOT_EXPORTED with the reason.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.files import FieldFile

from articles.models import Article, Author, Image, Page, Series, Topic

BODY = "body"
# By name in library.yaml, each after the models it refers to; with the field that names a row.
LIBRARY: dict[str, tuple[type[models.Model], str]] = {
    "pictures": (Image, "file"),
    "topics": (Topic, "slug"),
    "authors": (Author, "slug"),
    "series": (Series, "title"),
}
# Rows that belong to one other row and consist of a single text.
OWNED_ROWS: dict[type[models.Model], dict[str, str]] = {
    Article: {"old_addresses": "path", "origins": "key"},
    Image: {"origins": "key"},
    Page: {"old_addresses": "slug", "origins": "key"},
    Topic: {"old_addresses": "slug"},
}
# What is not exported, and why: models by name, and two kinds of field.
NOT_EXPORTED = {
    "people": "accounts, with their addresses and rights, are not part of a text",
    "generated": "the database computes it",
    "Revision": "earlier versions stay with the practice that wrote them; the newest is exported",
    "PageVersion": "as for those of articles",
    "SiteTexts": "the site’s name, menu and other texts are neither articles nor pages",
    "OutsideReview": "what somebody said about a draft is not part of it",
    "ReaderCount": "how an article was read stays with the practice that counted",
    "MissedSearch": "searches belong to no article",
    "Handout": "files for readers are not articles; a link to one stays a link",
    "leads_to": "old addresses of lists, feeds, pages and pictures belong to no article",
    "Unsaved": "what an editor has not saved is not part of an article yet",
}
_NAMED_BY = dict(LIBRARY.values())


def named_by(model: type[models.Model]) -> str:
    return "slug" if model in (Article, Page) else _NAMED_BY[model]


def is_library(model: type[models.Model]) -> bool:
    return model in _NAMED_BY


def _is_left_out(field: models.Field) -> bool:
    related: Any = field.related_model
    person = related is not None and related._meta.label == settings.AUTH_USER_MODEL
    return field.primary_key or field.generated or person


def exported_fields(model: type[models.Model]) -> dict[str, models.Field]:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.name: field for field in fields if not _is_left_out(field)}


def automatic_dates(model: type[models.Model]) -> list[str]:
    """The dates that Django sets on every save."""
    return [
        name
        for name, field in exported_fields(model).items()
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]


def name_of(row: models.Model) -> str:
    """The name by which other rows refer to it."""
    value = getattr(row, named_by(type(row)))
    return str(value.name).rpartition("/")[2] if isinstance(value, FieldFile) else str(value)


def plain_values(row: models.Model) -> dict[str, Any]:
    """A row as plain values. One query for each relation that is not prefetched."""
    return {
        name: _plain_value(row, field) for name, field in exported_fields(type(row)).items()
    } | owned_rows(row)


def owned_rows(row: models.Model) -> dict[str, list[str]]:
    return {
        relation: sorted(getattr(child, text) for child in getattr(row, relation).all())
        for relation, text in OWNED_ROWS.get(type(row), {}).items()
    }


def _plain_value(row: models.Model, field: models.Field) -> Any:
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


def parsed_values(
    model: type[models.Model], written: Mapping[str, Any], known: Mapping[tuple[type, str], Any]
) -> dict[str, Any]:
    """The values of a row from its written fields; `known` has the rows it may refer to.

    Raises ValidationError, which names every field that is wrong.
    """
    fields, values, errors = exported_fields(model), {}, {}
    for name, value in written.items():
        if name in OWNED_ROWS.get(model, {}):
            continue
        try:
            values[name] = _read(fields[name], value, known)
        except KeyError as error:
            errors[name] = f"{name}: {error.args[0] if name in fields else 'no such field'}"
        except (ValidationError, TypeError, ValueError):
            errors[name] = f"{name}: this value cannot be read"
    if errors:
        raise ValidationError(list(errors.values()))
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
    """The name, if it is that of a file without a folder. Raises ValidationError otherwise."""
    name = str(value)
    if name != PurePosixPath(name).name or name.startswith(".") or "\\" in name or "\x00" in name:
        raise ValidationError(f"{name!r} is not a plain file name")
    return name
