"""A new key at the head of FIELD_KEYS: what hangs on an older one is brought under it.

Only data keys are wrapped again, and look-ups computed again: what people wrote is not touched.
Every step may be interrupted and repeated.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from accounts import crypto, data_keys
from accounts.models import DataKey
from accounts.phones import PhoneIndex

BATCH = 500


@dataclass(frozen=True)
class Part:
    """`behind` counts what is still under an older key; `renew` does so many, and says how many
    it did (0: all is done)."""

    name: str
    behind: Callable[[], int]
    renew: Callable[[], int]


def _old_keys() -> models.QuerySet[DataKey]:
    """By the name of the key that stands before what it wrapped."""
    newest = crypto.name_of(settings.FIELD_KEYS[0])
    named = models.Func("wrapped", 1, crypto.NAME, function="substr")
    return DataKey.objects.alias(
        name=models.ExpressionWrapper(named, models.BinaryField())
    ).exclude(name=newest)


@transaction.atomic
def _wrap_again() -> int:
    rows = list(_old_keys().select_for_update()[:BATCH])
    for row in rows:
        context = data_keys.context(row.subject)
        row.wrapped = crypto.wrap(crypto.unwrap(row.wrapped, context), context)
    DataKey.objects.bulk_update(rows, ["wrapped"])
    return len(rows)


def _phone_indexes() -> Iterator[tuple[type[models.Model], PhoneIndex]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, PhoneIndex):
                yield model, field


def _old_indexes(model: type[models.Model], field: PhoneIndex) -> models.QuerySet:
    newest = crypto.name_of(settings.FIELD_KEYS[0])
    named = models.Func(field.name, 1, crypto.NAME, function="substr")
    rows = model._default_manager.alias(
        index_name=models.ExpressionWrapper(named, models.BinaryField())
    )
    return rows.filter(**{f"{field.name}__isnull": False}).exclude(index_name=newest)


def _indexes_behind() -> int:
    return sum(_old_indexes(model, field).count() for model, field in _phone_indexes())


@transaction.atomic
def _index_again() -> int:
    done = 0
    for model, field in _phone_indexes():
        with data_keys.kept():
            for row in _old_indexes(model, field).select_for_update(of=("self",))[:BATCH]:
                row.save(update_fields=[field.name])
                done += 1
    return done


# What else is sealed under FIELD_KEYS themselves adds itself here.
PARTS = [
    Part("data keys", lambda: _old_keys().count(), _wrap_again),
    Part("phone numbers", _indexes_behind, _index_again),
]


def behind() -> dict[str, int]:
    """How much hangs on older keys, by part."""
    return {part.name: part.behind() for part in PARTS}
