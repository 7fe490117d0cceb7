"""Finding a phone number that is stored sealed: by a keyed index of its digits."""

import re
from typing import Any

from django.conf import settings
from django.db import models

from accounts import crypto

COUNTRY = "91"
PURPOSE = "phone"


def normalised(number: str) -> str:
    """The digits with the country's code, India's where none is given; "" for what is too short.

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
    """Computed from another field of the row whenever it is saved: equal for equal numbers.

    The name of the key stands before it, so that an old one is known for one.
    """

    def __init__(self, source: str, **kwargs: Any):
        self.source = source
        super().__init__(**{"null": True, "editable": False, "db_index": True} | kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.source, *args], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        found = self.of(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, found[0] if found else None)
        return found[0] if found else None

    @staticmethod
    def of(number: str) -> list[bytes]:
        """What it may be stored as: one for each of FIELD_KEYS, the newest first."""
        digits = normalised(number)
        return [
            crypto.name_of(key) + crypto.blind_index(digits, PURPOSE, key)
            for key in (settings.FIELD_KEYS if digits else [])
        ]
