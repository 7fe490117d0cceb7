"""Encrypting bytes, and the practice's own keys (`FIELD_KEYS`, newest first).

AES-256-GCM of the `cryptography` package, with a random 96-bit nonce. Each value is bound to its
`context` (the associated data), which names where it belongs: elsewhere it can't be decrypted.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FORMAT = b"\x01"  # `encrypt` returns: format (1 byte), nonce (12), ciphertext and tag
NONCE = 12  # bytes
NAME = 8  # bytes, which identify the one of FIELD_KEYS that wrapped something


class Unreadable(Exception):
    """The value is damaged, was moved, or its key is not available (any more)."""


def new_key() -> bytes:
    return secrets.token_bytes(32)


def encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, FORMAT + context.encode())


def decrypt(key: bytes, ciphertext: bytes, context: str) -> bytes:
    """The plaintext. Raises Unreadable; never returns what it could not authenticate."""
    ciphertext = bytes(ciphertext)
    if ciphertext[:1] != FORMAT:
        raise Unreadable("unknown format")
    nonce, rest = ciphertext[1 : 1 + NONCE], ciphertext[1 + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, rest, FORMAT + context.encode())
    except (InvalidTag, ValueError):
        raise Unreadable("damaged, or bound to another context") from None


def name_of(key: bytes) -> bytes:
    """Identifies a key, and reveals nothing about it."""
    return hashlib.sha256(b"psywellpath field key name" + key).digest()[:NAME]


def wrap(plain: bytes, context: str) -> bytes:
    """Encrypts under the newest of FIELD_KEYS; the name of that key comes first."""
    newest = settings.FIELD_KEYS[0]
    return name_of(newest) + encrypt(newest, plain, context)


def unwrap(wrapped: bytes | memoryview, context: str) -> bytes:
    """Raises Unreadable, also if the key that wrapped it is not in FIELD_KEYS."""
    wrapped = bytes(wrapped)
    for key in settings.FIELD_KEYS:
        if hmac.compare_digest(name_of(key), wrapped[:NAME]):
            return decrypt(key, wrapped[NAME:], context)
    raise Unreadable("wrapped by a key that FIELD_KEYS does not hold")


def is_wrapped_by_newest(wrapped: bytes) -> bool:
    return bytes(wrapped)[:NAME] == name_of(settings.FIELD_KEYS[0])


def blind_index(text: str, purpose: str, under: bytes | None = None) -> bytes:
    """A keyed hash for look-ups: equal for equal texts, and useless without the key.

    Under the newest of FIELD_KEYS, or `under` another; after a rotation it has to be recomputed.
    """
    master = under or settings.FIELD_KEYS[0]
    key = hmac.digest(master, b"psywellpath blind index " + purpose.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256")
