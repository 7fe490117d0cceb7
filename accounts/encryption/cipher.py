"""Encrypting bytes, and the practice's own keys (`FIELD_KEYS`, newest first).

AES-256-GCM of the `cryptography` package, with a random 96-bit nonce. Each encrypted value is bound
to its `context`, the place where it belongs: moved elsewhere, it does not open.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FORM = b"\x01"  # of what `encrypt` makes: form (1 byte), nonce (12), ciphertext and tag
NONCE = 12
NAME = 8  # bytes that say which of FIELD_KEYS wrapped something


class Unreadable(Exception):
    """Damaged, moved from its place, or encrypted under a key that is not here (any more)."""


def new_key() -> bytes:
    return secrets.token_bytes(32)


def encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return FORM + nonce + AESGCM(key).encrypt(nonce, plain, FORM + context.encode())


def decrypt(key: bytes, ciphertext: bytes, context: str) -> bytes:
    """What `encrypt` was given. Raises Unreadable; never gives back what it could not open."""
    ciphertext = bytes(ciphertext)
    if ciphertext[:1] != FORM:
        raise Unreadable("not of a known form")
    nonce, rest = ciphertext[1 : 1 + NONCE], ciphertext[1 + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, rest, FORM + context.encode())
    except (InvalidTag, ValueError):
        raise Unreadable("damaged, or not of this place") from None


def name_of(key: bytes) -> bytes:
    """Says which key it was, and nothing about it."""
    return hashlib.sha256(b"psywellpath field key name" + key).digest()[:NAME]


def wrap(plain: bytes, context: str) -> bytes:
    """Encrypts under the newest of FIELD_KEYS; the name of that key comes first."""
    newest = settings.FIELD_KEYS[0]
    return name_of(newest) + encrypt(newest, plain, context)


def unwrap(wrapped: bytes | memoryview, context: str) -> bytes:
    """Raises Unreadable, also where the key it was wrapped by is not in FIELD_KEYS."""
    wrapped = bytes(wrapped)
    for key in settings.FIELD_KEYS:
        if hmac.compare_digest(name_of(key), wrapped[:NAME]):
            return decrypt(key, wrapped[NAME:], context)
    raise Unreadable("wrapped by a key that FIELD_KEYS does not hold")


def is_wrapped_by_newest(wrapped: bytes) -> bool:
    return bytes(wrapped)[:NAME] == name_of(settings.FIELD_KEYS[0])


def blind_index(text: str, purpose: str, under: bytes | None = None) -> bytes:
    """Equal for equal texts, and useless without the key: for look-ups.

    By the newest of FIELD_KEYS if not `under` another: rotating means computing it again.
    """
    master = under or settings.FIELD_KEYS[0]
    key = hmac.digest(master, b"psywellpath blind index " + purpose.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256")
