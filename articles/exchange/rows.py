"""A row from the values that a folder tells, with what belongs to it."""

from typing import Any

from django.core.exceptions import ValidationError

from articles.exchange import model_fields
from articles.models import Image


def add(row: Any, values: dict[str, Any], told: dict[str, Any]) -> None:
    """Saves the row under all its rules. Raises ValidationError."""
    many = {field.name for field in row._meta.many_to_many}
    for name, value in values.items():
        if name not in many:
            setattr(row, name, value)
    # What a picture's file may be was judged when it was taken.
    row.full_clean(exclude={"file"} if isinstance(row, Image) else set())
    row.save()
    for name in many & set(values):
        getattr(row, name).set(values[name])
    _add_belongings(row, told)
    _set_clocks(row, values)


def _add_belongings(row: Any, told: dict[str, Any]) -> None:
    for relation, text in model_fields.BELONGINGS.get(type(row), {}).items():
        manager = getattr(row, relation)
        try:
            values = model_fields.texts(told.get(relation, []))
        except ValueError as error:
            raise ValidationError(f"{relation}: this value cannot be read") from error
        for value in values:
            child = manager.model(**{text: value, manager.field.name: row})
            child.full_clean()
            child.save()


def _set_clocks(row: Any, values: dict[str, Any]) -> None:
    """Dates that a save sets by itself are those of the folder all the same."""
    kept = {name: values[name] for name in model_fields.clocks(type(row)) if name in values}
    if kept:
        type(row)._default_manager.filter(pk=row.pk).update(**kept)


def same(row: Any, values: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether a row holds these values already."""
    many = {field.name for field in row._meta.many_to_many}
    plain = all(getattr(row, name) == value for name, value in values.items() if name not in many)
    related = all(set(getattr(row, name).all()) == set(values[name]) for name in many & set(values))
    now = model_fields.belongings(row)
    return plain and related and all(now[name] == told.get(name, now[name]) for name in now)


def messages(error: ValidationError) -> list[str]:
    """Each with the name of its field, where it is about one."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        message if name == "__all__" else f"{name}: {message}"
        for name, found in error.message_dict.items()
        for message in found
    ]
