"""Saves and compares rows and the rows they own, from the fields of a folder."""

from typing import Any

from django.core.exceptions import ValidationError

from articles.exchange import model_fields
from articles.models import Image


def add(row: Any, values: dict[str, Any], fields: dict[str, Any]) -> None:
    """Validates and saves the row. Raises ValidationError."""
    many = {field.name for field in row._meta.many_to_many}
    for name, value in values.items():
        if name not in many:
            setattr(row, name, value)
    # A picture's file has been validated when it was loaded.
    row.full_clean(exclude={"file"} if isinstance(row, Image) else set())
    row.save()
    for name in many & set(values):
        getattr(row, name).set(values[name])
    _add_owned_rows(row, fields)
    _set_automatic_dates(row, values)


def _add_owned_rows(row: Any, fields: dict[str, Any]) -> None:
    for relation, text in model_fields.OWNED_ROWS.get(type(row), {}).items():
        manager = getattr(row, relation)
        try:
            values = model_fields.texts(fields.get(relation, []))
        except ValueError as error:
            raise ValidationError(f"{relation}: this value cannot be read") from error
        for value in values:
            child = manager.model(**{text: value, manager.field.name: row})
            child.full_clean()
            child.save()


def _set_automatic_dates(row: Any, values: dict[str, Any]) -> None:
    """Replaces the dates that Django set on saving by those of the folder."""
    names = set(model_fields.automatic_dates(type(row))) & set(values)
    if names:
        type(row)._default_manager.filter(pk=row.pk).update(
            **{name: values[name] for name in names}
        )


def equals(row: Any, values: dict[str, Any], fields: dict[str, Any]) -> bool:
    """Whether a row already has these values."""
    many = {field.name for field in row._meta.many_to_many}
    plain = all(getattr(row, name) == value for name, value in values.items() if name not in many)
    related = all(set(getattr(row, name).all()) == set(values[name]) for name in many & set(values))
    owned = model_fields.owned_rows(row)
    same = all(texts == fields.get(name, texts) for name, texts in owned.items())
    return plain and related and same


def messages(error: ValidationError) -> list[str]:
    """The messages, each after the name of its field if it concerns one."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        message if name == "__all__" else f"{name}: {message}"
        for name, texts in error.message_dict.items()
        for message in texts
    ]
