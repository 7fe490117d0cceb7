"""Finding an encrypted phone number, by a blind index (a keyed hash) of its digits."""

import re
import unicodedata
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


# What people put between the digits of one number.
_NUMBER = re.compile(r"\+?[\d .()\-]{3,30}", re.ASCII)
_SHORTEST, _LONGEST = 3, 15
# Without a country code: "98450 00001", "1-800-891-4416", "91 98450 00001".
_LONGEST_WITHIN = 12


class NotOneNumber(ValueError):
    """What was typed is not exactly one phone number."""


def cleaned(typed: str) -> str:
    """One phone number as it was typed, with ASCII digits and single spaces; "" where empty.

    Nothing is guessed: raises NotOneNumber if there is anything but digits and the usual signs
    between them (a name, a flat, hours, a second number), or if the digits are too few or too many
    for one number: at most 15 with a country code (E.164), 12 without.
    """
    digits = "".join(str(unicodedata.digit(c, c)) for c in unicodedata.normalize("NFKC", typed))
    number = " ".join(digits.split())
    if number and not (_NUMBER.fullmatch(number) and _is_one(number)):
        raise NotOneNumber(number)
    return number


def _is_one(number: str) -> bool:
    code = re.match(r"\+|00", number)
    if code and "(0)" in number:
        return False  # The zero is dialled within the country only, so this is ambiguous.
    count = len(digits_of(number)) - (code.end() if code else 0)
    return _SHORTEST <= count <= (_LONGEST if code else _LONGEST_WITHIN)


def digits_of(number: str) -> str:
    """What a telephone dials for a `cleaned` number: its digits, after a + if it has one."""
    return re.sub(r"[^\d+]", "", number, flags=re.ASCII)
