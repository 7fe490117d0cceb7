"""Encrypted bytes: what was changed, moved or has another key can't be decrypted."""

import hashlib
import hmac
import secrets

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from accounts.encryption import cipher

KEY = bytes(range(32))


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_was_encrypted_can_be_decrypted(plain, context):
    assert cipher.decrypt(KEY, cipher.encrypt(KEY, plain, context), context) == plain


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_changed_bit_is_refused(plain, data):
    ciphertext = bytearray(cipher.encrypt(KEY, plain, "here"))
    bit = data.draw(st.integers(0, len(ciphertext) * 8 - 1))
    ciphertext[bit // 8] ^= 1 << bit % 8
    with pytest.raises(cipher.Unreadable):
        cipher.decrypt(KEY, bytes(ciphertext), "here")


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01" + bytes(12), b"plain words", bytes(60)])
def test_nonsense_is_refused(broken):
    with pytest.raises(cipher.Unreadable):
        cipher.decrypt(KEY, broken, "here")


def test_the_error_says_why_and_quotes_nothing():
    for broken, why in [
        (b"plain words", "unknown format"), (b"\x02" + bytes(60), "unknown format"),
        (b"\x01" + bytes(60), "damaged, or bound to another context"),
        (b"\x01", "damaged, or bound to another context"),
    ]:  # fmt: skip
        with pytest.raises(cipher.Unreadable) as refused:
            cipher.decrypt(KEY, broken, "here")
        assert str(refused.value) == why


def test_the_stored_form():
    """Format 1, a nonce of 96 bits that is never repeated, and AES-256-GCM with the context."""
    ciphertext = cipher.encrypt(KEY, b"words", "here")
    form, nonce, rest = ciphertext[:1], ciphertext[1:13], ciphertext[13:]
    assert form == b"\x01"
    assert len(rest) == len(b"words") + 16
    assert AESGCM(KEY).decrypt(nonce, rest, b"\x01here") == b"words"
    assert len({cipher.encrypt(KEY, b"words", "here")[1:13] for _ in range(50)}) == 50
    assert cipher.decrypt(KEY, memoryview(ciphertext), "here") == b"words"


def test_keys_are_of_256_bits_and_never_the_same():
    keys = {cipher.new_key() for _ in range(20)}
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 20


def test_a_keys_name_is_short_unique_and_reveals_nothing():
    names = {cipher.name_of(bytes([n] * 32)) for n in range(50)}
    assert len(names) == 50
    assert {len(name) for name in names} == {8}
    assert cipher.name_of(KEY) == cipher.name_of(KEY)
    # Not the hash of the key alone, which another system may use for the same key.
    assert cipher.name_of(KEY) != hashlib.sha256(KEY).digest()[:8]


def test_another_context_or_key_is_refused():
    ciphertext = cipher.encrypt(KEY, b"words", "here")
    for key, context in [(KEY, "there"), (cipher.new_key(), "here")]:
        with pytest.raises(cipher.Unreadable):
            cipher.decrypt(key, ciphertext, context)


def test_the_same_words_never_look_the_same():
    assert cipher.encrypt(KEY, b"words", "x") != cipher.encrypt(KEY, b"words", "x")


def test_an_older_key_still_unwraps_and_the_newest_wraps(settings):
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    settings.FIELD_KEYS = [old]
    wrapped = cipher.wrap(b"data key", "x")
    settings.FIELD_KEYS = [new, old]
    assert cipher.unwrap(wrapped, "x") == b"data key"
    assert not cipher.is_wrapped_by_newest(wrapped)
    assert cipher.is_wrapped_by_newest(cipher.wrap(b"data key", "x"))
    assert cipher.unwrap(memoryview(wrapped), "x") == b"data key"
    assert wrapped[:8] == cipher.name_of(old)
    assert cipher.is_wrapped_by_newest(memoryview(cipher.wrap(b"data key", "x")))
    with pytest.raises(cipher.Unreadable, match="bound to another context"):
        cipher.unwrap(wrapped, "y")
    settings.FIELD_KEYS = [new]
    with pytest.raises(cipher.Unreadable) as refused:
        cipher.unwrap(wrapped, "x")
    assert str(refused.value) == "wrapped by a key that FIELD_KEYS does not hold"


def test_a_blind_index_is_equal_for_equal_texts_only(settings):
    index = cipher.blind_index("+911234", "phone")
    assert index == cipher.blind_index("+911234", "phone") != cipher.blind_index("+911235", "phone")
    assert index != cipher.blind_index("+911234", "another")
    settings.FIELD_KEYS = [cipher.new_key()]
    assert index != cipher.blind_index("+911234", "phone")


def test_a_blind_index_of_another_key_is_computed_the_same_way(settings):
    """So that a rotation can compute the new one while the old one is still in use."""
    new = cipher.new_key()
    under_new = cipher.blind_index("+911234", "phone", new)
    assert under_new != cipher.blind_index("+911234", "phone")
    settings.FIELD_KEYS = [new]
    assert under_new == cipher.blind_index("+911234", "phone")
    assert len(under_new) == 32


def test_stored_names_and_indexes_never_change(settings):
    """They are stored in databases: a change of either would break every look-up by phone."""
    settings.FIELD_KEYS = [KEY]
    key = hmac.digest(KEY, b"psywellpath blind index phone", "sha256")
    assert cipher.blind_index("+911234", "phone") == hmac.digest(key, b"+911234", "sha256")
    named = hashlib.sha256(b"psywellpath field key name" + KEY).digest()
    assert cipher.name_of(KEY) == named[:8]
