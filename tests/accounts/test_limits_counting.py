"""The arithmetic of rate limits: an amount in a row, then one at a time, without any names."""

import hashlib
import hmac

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import RateCounter
from accounts.rate_limits import counters
from accounts.rate_limits.counters import Rate

pytestmark = pytest.mark.django_db
KEY = "ff" * 32


def later(seconds: float) -> None:
    """Lets this much time pass for every counter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_ratecounter SET until = until - %s * interval '1 second'", [seconds]
        )


def ahead(key: str = KEY) -> float:
    return (RateCounter.objects.get(key=key).until - timezone.now()).total_seconds()


def counted(rate: Rate, times: int, key: str = KEY) -> list[bool]:
    """For each of so many in a row, whether it was accepted."""
    return [counters.count(key, rate) == 0 for _ in range(times)]


def test_ten_in_a_row_then_one_every_five_minutes():
    rate = Rate(10, 3000)
    assert rate.step == 300
    assert counted(rate, 12) == [True] * 10 + [False] * 2
    later(280)
    assert counted(rate, 1) == [False]
    later(20)
    assert counted(rate, 2) == [True, False]
    later(601)
    assert counted(rate, 3) == [True, True, False]
    later(100_000)
    assert counted(rate, 12) == [True] * 10 + [False] * 2, "all of it again, and no more"


@pytest.mark.parametrize(("gone", "wait"), [(0, 300), (100, 200), (280.5, 20)])
def test_a_refusal_says_how_long_to_wait(gone, wait):
    """In whole seconds, some of which the test itself may take."""
    rate = Rate(10, 3000)
    counted(rate, 10)
    later(gone)
    seconds = counters.count(KEY, rate)
    assert isinstance(seconds, int)
    assert wait - 15 < seconds <= wait
    assert counters.count(KEY, rate) in range(wait - 15, seconds + 1), "being refused costs nothing"
    later(wait)
    assert counters.count(KEY, rate) == 0


def test_a_refusal_asks_for_a_second_at_least(monkeypatch):
    """If the counter expired, or was deleted, between the two statements."""
    monkeypatch.setattr(counters, "COUNT_SQL", "SELECT 1 WHERE false")
    assert counters.count(KEY, Rate(1, 60)) == 1
    counters.remember(KEY, -500)
    assert counters.count(KEY, Rate(1, 60)) == 1


def test_counters_are_independent():
    rate = Rate(1, 60)
    assert counted(rate, 2) == [True, False]
    assert counted(rate, 2, "ee" * 32) == [True, False]
    counters.give_back("ee" * 32, rate)
    assert counted(rate, 1) == [False]
    assert counted(rate, 1, "ee" * 32) == [True]


def test_giving_back_undoes_one_count():
    rate = Rate(3, 90)
    assert counted(rate, 4) == [True, True, True, False]
    counters.give_back(KEY, rate)
    assert counted(rate, 2) == [True, False]
    counters.give_back(KEY, rate)
    counters.give_back(KEY, rate)
    assert counted(rate, 3) == [True, True, False]


def test_what_is_remembered_is_forgotten_in_time():
    assert counters.remembers(KEY) is False
    counters.remember(KEY, 100)
    assert counters.remembers(KEY) is True
    assert 85 < ahead() <= 100
    later(50)
    counters.remember(KEY, 100)
    assert 85 < ahead() <= 100, "from now on, not from then"
    later(101)
    assert counters.remembers(KEY) is False
    assert counters.remembers("ee" * 32) is False


def test_one_key_in_256_deletes_expired_counters():
    for key, swept in [("0f" * 32, False), ("10" * 32, False), ("00" + "f" * 62, True)]:
        RateCounter.objects.all().delete()
        counters.remember("aa" * 32, -5)
        counters.remember("bb" * 32, 500)
        counters.count(key, Rate(1, 60))
        remaining = set(RateCounter.objects.values_list("key", flat=True))
        assert remaining == {key, "bb" * 32} | (set() if swept else {"aa" * 32})


def test_a_key_names_nobody_and_depends_on_the_secret(settings):
    key = counters.key_of("sign in", "asha@example.org")
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")
    assert key == counters.key_of("sign in", "asha@example.org")
    settings.SECRET_KEY = "another-secret-of-a-practice"
    assert key != counters.key_of("sign in", "asha@example.org")


def test_a_known_key(settings):
    """HMAC-SHA256 of the parts, NUL between them, as any other program computes it."""
    text = b"sign in\0asha@example.org"
    expected = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
    assert counters.key_of("sign in", "asha@example.org") == expected


@pytest.mark.parametrize(
    "spelling",
    ["ASHA@Example.ORG", " asha@example.org\n", "\uff41sha@example.org", "a\u017fha@example.org"],
)
def test_spellings_of_the_same_letters_are_one_counter(spelling):
    assert counters.key_of("x", spelling) == counters.key_of("X ", "asha@example.org")


def test_letters_whose_capitals_are_the_same_are_one_counter():
    assert counters.key_of("x", "\u0131ris@example.org") == counters.key_of("x", "iris@example.org")
    assert counters.key_of("x", "wei\u00df@example.org") == counters.key_of(
        "x", "WEISS@example.org"
    )


def test_the_parts_of_a_key_are_separated():
    keys = [("a", "bc"), ("ab", "c"), ("abc",), ("abc", ""), ("a", "b", "c"), ("bc", "a")]
    assert len({counters.key_of(*parts) for parts in keys}) == len(keys)


def test_a_counter_that_was_never_used_gives_nothing_back():
    counters.give_back(KEY, Rate(3, 90))
    assert not RateCounter.objects.exists()
