"""The names that we need of `allauth.*.internal`, in one place: none of them is promised to last.

Everything imports them from here. `tests/psywellpath/test_library_internals.py` checks that each
one has the signature that this project was written for, and fails when allauth's version changes.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.core.internal.ratelimit import clear as clear_rate_limit
from allauth.core.internal.ratelimit import consume as consume_rate_limit
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.internal.flows import remove_authenticator

__all__ = [
    "LOGIN_SESSION_KEY",
    "TOTP",
    "RecoveryCodes",
    "begin_registration",
    "clear_rate_limit",
    "consume_rate_limit",
    "format_hotp_value",
    "generate_totp_secret",
    "hotp_value",
    "is_reauthentication_required",
    "normalize_user_code",
    "record_authentication",
    "remove_authenticator",
    "yield_hotp_counters_from_time",
]
