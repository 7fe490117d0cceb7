"""The codes that open a questionnaire at the practice, and the tokens of the devices that they open
it on.

A code has 8 of 32 characters: 40 bits, of which one device may try 20 in a quarter of an hour. It
is written without letters that look like digits (Crockford's alphabet).
"""

import hashlib
import hmac
import secrets

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
ALIKE = str.maketrans("OIL", "011")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As the therapist reads it out."""
    return f"{code[:4]} {code[4:]}"


def normalized(typed: str) -> str:
    """The code that was meant; "" if it cannot be one."""
    plain = "".join(one for one in typed.upper() if one.isalnum()).translate(ALIKE)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""


def hash_of(code: str) -> str:
    """Keyed, because 40 bits could be tried out on a stolen table."""
    key = f"assessments.sittings {settings.SECRET_KEY}"
    return hmac.new(key.encode(), code.encode(), hashlib.sha256).hexdigest()
