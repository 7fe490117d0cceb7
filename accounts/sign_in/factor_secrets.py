"""Secrets of second factors, encrypted and bound to their person and their kind.

allauth passes only the text to its adapter. `bind_to_rows` therefore wraps the few methods of
allauth that encrypt or decrypt a secret, so that person and kind are known. A secret that was
swapped between two people can't be decrypted, and a call from anywhere else raises.
"""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from accounts.allauth_internals import TOTP, RecoveryCodes
from accounts.encryption import cipher

KEYS = ("secret", "seed")  # the keys of Authenticator.data whose values are secrets
log = logging.getLogger("accounts.encryption")
_context: ContextVar[str] = ContextVar("context of the current factor")


def context(user_id: UUID, kind: str) -> str:
    """What a secret is bound to."""
    return f"second factor {kind} {user_id}"


def encrypt_for(user_id: UUID, kind: str, text: str) -> str:
    return base64.b64encode(cipher.wrap(text.encode(), context(user_id, kind))).decode()


def opened(factor: Authenticator) -> str:
    """The secret of an authenticator app or of recovery codes. Raises cipher.Unreadable."""
    key = next(key for key in KEYS if key in factor.data)
    return _decrypt(factor.data[key], context(factor.user_id, factor.type))


def _decrypt(text: str, of: str) -> str:
    return cipher.unwrap(base64.b64decode(text), of).decode()


def is_under_older_key(factor: Authenticator) -> bool:
    return any(
        not cipher.is_wrapped_by_newest(base64.b64decode(factor.data[key]))
        for key in KEYS
        if key in factor.data
    )


def reencrypt(factor: Authenticator) -> None:
    """Encrypts again under the newest of FIELD_KEYS; does not save the row."""
    for key in KEYS:
        if key in factor.data:
            text = _decrypt(factor.data[key], context(factor.user_id, factor.type))
            factor.data[key] = encrypt_for(factor.user_id, factor.type, text)


def encrypt(text: str) -> str:
    """For allauth's adapter, inside one of the methods below."""
    return base64.b64encode(cipher.wrap(text.encode(), _context.get())).decode()


def decrypt(text: str) -> str:
    """For allauth's adapter, inside one of the methods below."""
    return _decrypt(text, _context.get())


@contextmanager
def _current(user_id: UUID, kind: str) -> Iterator[None]:
    token = _context.set(context(user_id, kind))
    try:
        yield
    finally:
        _context.reset(token)


def _of_its_row(method: Callable, unreadable: Callable[[], Any]) -> Callable:
    """If the secret can't be decrypted, no code is right; the person's other factor still works."""

    @wraps(method)
    def bound(self: TOTP | RecoveryCodes, *args: Any) -> Any:
        try:
            with _current(self.instance.user_id, self.instance.type):
                return method(self, *args)
        except cipher.Unreadable as why:
            log.error("second factor %s can't be opened: %s", self.instance.pk, why)
            return unreadable()

    return bound


def _of_its_person(method: Callable, kind: str) -> Any:
    @wraps(method)
    def bound(cls: type, user: Any, *args: Any) -> Any:
        with _current(user.pk, kind):
            return method(cls, user, *args)

    return classmethod(bound)


def bind_to_rows() -> None:
    """Called once, when a process starts."""
    kinds = Authenticator.Type
    for kind, auth in ((kinds.TOTP, TOTP), (kinds.RECOVERY_CODES, RecoveryCodes)):
        auth.activate = _of_its_person(auth.activate.__func__, kind.value)
    TOTP.validate_code = _of_its_row(TOTP.validate_code, bool)
    codes = _of_its_row(RecoveryCodes.generate_codes, list)
    RecoveryCodes.generate_codes = codes
