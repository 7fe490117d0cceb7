"""Key rotation: everything that is under an older one of FIELD_KEYS is brought under the newest.

Only data keys are wrapped again and blind indexes recomputed: what people wrote is not touched.
It may be interrupted and repeated, while people work.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import ExpressionWrapper, Func, QuerySet

from accounts.encryption import cipher, data_keys
from accounts.encryption.phone_index import PhoneIndex
from accounts.models import DataKey
from accounts.sign_in import second_factors

BATCH = 500
log = logging.getLogger("accounts.encryption")


@dataclass(frozen=True)
class Part:
    """`behind` counts what is still under an older key; `renew` yields how many it has done."""

    name: str
    behind: Callable[[], int]
    renew: Callable[[], Iterator[int]]


def by_row(
    name: str, old: Callable[[], QuerySet], column: str, renew: Callable[[Any], bytes]
) -> Part:
    """A part made of rows with a UUID, one transaction a batch; `renew` returns the new value.

    A row that can't be decrypted stays under its old key.
    """

    def batches() -> Iterator[int]:
        last = UUID(int=0)
        while True:
            with transaction.atomic(), data_keys.key_cache():
                later = old().filter(pk__gt=last).order_by("pk").select_for_update(of=("self",))
                rows = list(later[:BATCH])
                done = [row for row in rows if _renewed(row, column, renew)]
                old().model._base_manager.bulk_update(done, [column])
            if not rows:
                return
            last = rows[-1].pk
            yield len(done)

    return Part(name, lambda: old().count(), batches)


def _renewed(row: models.Model, column: str, renew: Callable[[Any], bytes]) -> bool:
    try:
        setattr(row, column, renew(row))
    except cipher.Unreadable as why:
        log.error("%s %s stays under its key: %s", row._meta.label_lower, row.pk, why)
        return False
    return True


def _under_older(rows: QuerySet, column: str) -> QuerySet:
    """The rows whose value begins with the name of an older key."""
    name = Func(column, 1, cipher.NAME, function="substr")
    named = rows.alias(key_name=ExpressionWrapper(name, models.BinaryField()))
    return named.exclude(key_name=cipher.name_of(settings.FIELD_KEYS[0]))


def _old_keys() -> QuerySet:
    return _under_older(DataKey.objects.all(), "wrapped")


def _wrap_again(row: DataKey) -> bytes:
    context = data_keys.context(row.subject)
    return cipher.wrap(cipher.unwrap(row.wrapped, context), context)


def _phones(model: type[models.Model], index: PhoneIndex) -> Part:
    rows = model._default_manager.filter(**{f"{index.name}__isnull": False})
    return by_row(
        f"phone numbers ({model._meta.verbose_name_plural})",
        lambda: _under_older(rows.all(), index.name),
        index.name,
        lambda row: PhoneIndex.of(getattr(row, index.source))[0],
    )


# What FIELD_KEYS wrap directly, without a data key.
FACTORS = Part(
    "second factors and parked forms",
    second_factors.behind,
    lambda: iter([second_factors.reencrypt()]),
)


def parts() -> list[Part]:
    """Blind indexes come after data keys: computing them decrypts what was written."""
    indexes = [
        _phones(model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, PhoneIndex)
    ]
    return [by_row("data keys", _old_keys, "wrapped", _wrap_again), *indexes, FACTORS]


def behind() -> dict[str, int]:
    """How much is still under older keys, by part."""
    return {part.name: part.behind() for part in parts()}
