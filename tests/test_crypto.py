"""Sealed bytes: whatever is changed, moved or under another key does not open."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import crypto

KEY = bytes(range(32))


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_was_sealed_comes_back(plain, context):
    assert crypto.unseal(KEY, crypto.seal(KEY, plain, context), context) == plain


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_changed_bit_is_refused(plain, data):
    sealed = bytearray(crypto.seal(KEY, plain, "here"))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(KEY, bytes(sealed), "here")


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01" + bytes(12), b"plain words", bytes(60)])
def test_nonsense_is_refused(broken):
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(KEY, broken, "here")


def test_another_place_or_key_is_refused():
    sealed = crypto.seal(KEY, b"words", "here")
    for key, context in [(KEY, "there"), (crypto.new_key(), "here")]:
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(key, sealed, context)


def test_the_same_words_never_look_the_same():
    assert crypto.seal(KEY, b"words", "x") != crypto.seal(KEY, b"words", "x")


def test_an_older_key_still_opens_and_the_newest_wraps(settings):
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    settings.FIELD_KEYS = [old]
    wrapped = crypto.wrap(b"data key", "x")
    settings.FIELD_KEYS = [new, old]
    assert crypto.unwrap(wrapped, "x") == b"data key"
    assert not crypto.is_wrapped_by_newest(wrapped)
    assert crypto.is_wrapped_by_newest(crypto.wrap(b"data key", "x"))
    settings.FIELD_KEYS = [new]
    with pytest.raises(crypto.Unreadable):
        crypto.unwrap(wrapped, "x")


def test_a_blind_index_is_equal_for_equals_alone(settings):
    found = crypto.blind_index("+911234", "phone")
    assert found == crypto.blind_index("+911234", "phone") != crypto.blind_index("+911235", "phone")
    assert found != crypto.blind_index("+911234", "another")
    settings.FIELD_KEYS = [crypto.new_key()]
    assert found != crypto.blind_index("+911234", "phone")
