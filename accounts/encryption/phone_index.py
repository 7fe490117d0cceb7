"""Finding an encrypted phone number, by a blind index (a keyed hash) of its digits."""

import re
from typing import Any

from django.conf import settings
from django.db import models

from accounts.encryption import cipher

COUNTRY = "91"
PURPOSE = "phone"


def normalised(number: str) -> str:
    """The digits with the country code, India's if none is given; "" if there are too few.

    "098765 43210", "+91 98765-43210" and "0091 98765 43210" are one number.
    """
    digits = re.sub(r"\D", "", number)
    abroad = number.strip().startswith("+")
    if digits.startswith("00"):
        digits, abroad = digits[2:], True
    if not abroad and len(digits) == 11 and digits.startswith("0"):
        digits = digits[1:]
    if len(digits) < 7:
        return ""
    return digits if abroad or len(digits) != 10 else COUNTRY + digits


class PhoneIndex(models.BinaryField):
    """The blind index of another field of the row, computed whenever the row is saved.

    It begins with the name of the key, so that a rotation recognises an old one.
    """

    def __init__(self, source: str, **kwargs: Any):
        self.source = source
        super().__init__(**{"null": True, "editable": False, "db_index": True} | kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.source, *args], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        indexes = self.of(getattr(model_instance, self.source))
        index = indexes[0] if indexes else None
        setattr(model_instance, self.attname, index)
        return index

    @staticmethod
    def of(number: str) -> list[bytes]:
        """The values under which it may be stored: one for each of FIELD_KEYS, newest first."""
        digits = normalised(number)
        return [
            cipher.name_of(key) + cipher.blind_index(digits, PURPOSE, key)
            for key in (settings.FIELD_KEYS if digits else [])
        ]
