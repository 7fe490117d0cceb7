"""A second factor's secret is bound to its person and kind, and works nowhere else."""

import base64
import secrets

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from accounts import key_rotation
from accounts.allauth_internals import RecoveryCodes, generate_totp_secret
from accounts.database import row_security
from accounts.sign_in import second_factors
from tests.support.cast import PASSWORD
from tests.support.signing_in import code_of_secret
from tests.support.sql import ask, written

SWAP = (
    "UPDATE mfa_authenticator a SET data = b.data FROM mfa_authenticator b"
    " WHERE a.type = b.type AND a.user_id = %s AND b.user_id = %s"
)


def enters(user, code: str) -> bool:
    browser = Browser()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post("/accounts/2fa/sign-in/", {"code": code})
    return browser.get("/accounts/me/").status_code == 200


def codes_for(user) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def test_a_factor_in_another_persons_row_works_for_nobody(cast):
    """Vikram knows his own secret; the row says that it is Meera's."""
    secret = generate_totp_secret()
    second_factors.enrol_app(cast.vikram, secret)
    second_factors.enrol_app(cast.meera)
    mine, hers = codes_for(cast.vikram), codes_for(cast.meera)
    assert enters(cast.vikram, mine[0])
    assert enters(cast.meera, hers[0])
    assert ask(SWAP, (cast.meera.pk, cast.vikram.pk)) == [(2,)]
    assert not enters(cast.meera, code_of_secret(secret))
    assert not enters(cast.meera, mine[1])
    assert enters(cast.vikram, code_of_secret(secret)), "his own row still works"


def test_a_damaged_app_leaves_the_recovery_codes(cast):
    second_factors.enrol_app(cast.meera)
    codes = codes_for(cast.meera)
    ciphertext = base64.b64encode(b"nothing that opens at all").decode()
    Authenticator.objects.filter(type="totp").update(data={"secret": ciphertext})
    assert enters(cast.meera, codes[0])


def test_an_apps_secret_is_no_seed_of_recovery_codes(cast):
    second_factors.enrol_app(cast.meera)
    codes_for(cast.meera)
    secret = Authenticator.objects.get(type="totp").data["secret"]
    codes = Authenticator.objects.get(type="recovery_codes")
    codes.data["seed"] = secret
    codes.save()
    assert codes.wrap().get_unused_codes() == []


def test_a_key_rotation_includes_factors(cast, settings):
    """A rotation that skips them says so, and locks nobody out."""
    second_factors.enrol_app(cast.meera)
    codes, old = codes_for(cast.meera), list(settings.FIELD_KEYS)
    settings.FIELD_KEYS = [secrets.token_bytes(32), *old]
    assert key_rotation.behind()[key_rotation.FACTORS.name] == 2
    with pytest.raises(CommandError, match="2 second factors"):
        call_command("rotate_keys", check=True)
    call_command("rotate_keys")
    assert key_rotation.behind()[key_rotation.FACTORS.name] == 0
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert enters(cast.meera, second_factors.code_of(cast.meera))
    assert enters(cast.meera, codes[0])


# (what is written, by whom: nobody yet, its person, another): how many rows, or refused.
REFUSED = "42501"
WRITES = [
    ("last_used_at = now()", 1, 1, 0),
    ("data = data || '{\"used_mask\": 3}'", 1, 1, 0),
    ("data = data || '{\"used_mask\": 0}'", REFUSED, REFUSED, 0),
    ("data = data - 'used_mask'", REFUSED, REFUSED, 0),
    ("data = data || '{\"viewed_at\": 1}'", REFUSED, 1, 0),
    ('data = data || \'{"seed": "x"}\'', REFUSED, REFUSED, 0),
    ("data = '{}'", REFUSED, REFUSED, 0),
    ("type = 'webauthn'", REFUSED, REFUSED, 0),
    ("created_at = now()", REFUSED, REFUSED, 0),
]


def test_signing_in_writes_only_the_use_of_a_factor(cast):
    codes_for(cast.meera)
    ask("""UPDATE mfa_authenticator SET data = data || '{"used_mask": 1}'""")
    writes = []
    for sql, *_expected in WRITES:
        row = [sql]
        for acting in (None, cast.meera, cast.vikram):
            with row_security.web_role():
                if acting:
                    row_security.set_actor(acting)
                row.append(written(f"UPDATE mfa_authenticator SET {sql}"))
        writes.append(tuple(row))
    assert writes == WRITES
    with row_security.web_role():
        moved = "UPDATE mfa_authenticator SET user_id = %s"
        assert written(moved, (cast.vikram.pk,)) == REFUSED
