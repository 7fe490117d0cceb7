"""How often a thing may be done: one row a counter, shared by every web process.

A counter is the moment when all that was counted is forgiven. Each count moves it a little
further; where it would lie further ahead than the rate's span, the count is refused. So `Rate(10,
300)` allows ten in a row, then one every thirty seconds. One statement counts, so that no two
requests ever read the same number; and it counts by the database's clock, of which there is one.
"""

import hashlib
import hmac
import math
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

COUNT_SQL = """
INSERT INTO accounts_ratecounter AS t (key, until)
VALUES (%(key)s, clock_timestamp() + %(step)s * interval '1 second')
ON CONFLICT (key) DO UPDATE
SET until = greatest(t.until, clock_timestamp()) + %(step)s * interval '1 second'
WHERE greatest(t.until, clock_timestamp()) + %(step)s * interval '1 second'
      <= clock_timestamp() + %(span)s * interval '1 second'
RETURNING until
"""
_WAIT = """
SELECT extract(epoch FROM until - clock_timestamp()) + %(step)s - %(span)s
FROM accounts_ratecounter WHERE key = %(key)s
"""
_GIVE_BACK = """
UPDATE accounts_ratecounter SET until = until - %(step)s * interval '1 second' WHERE key = %(key)s
"""
_REMEMBER = """
INSERT INTO accounts_ratecounter (key, until)
VALUES (%(key)s, clock_timestamp() + %(span)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET until = excluded.until
"""
_REMEMBERED = "SELECT EXISTS (SELECT FROM accounts_ratecounter WHERE key = %s AND until > now())"
_SWEEP = """
DELETE FROM accounts_ratecounter WHERE key IN (
  SELECT key FROM accounts_ratecounter WHERE until < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True)
class Rate:
    """`amount` in a row; all of it again after `seconds`."""

    amount: int
    seconds: int

    @property
    def step(self) -> float:
        return self.seconds / self.amount


def key_of(*parts: str) -> str:
    """What a row is called: neither a person nor an address can be read from it.

    Spellings that a database takes for the same letters are one: there is no fresh counter to be
    had by writing an e-mail address in another way.
    """
    said = "\0".join(unicodedata.normalize("NFKC", p).upper().lower().strip() for p in parts)
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()


def count(key: str, rate: Rate) -> int:
    """Counts once; 0, or how many seconds to wait where it is one too many (then uncounted)."""
    told: dict[str, str | float] = {"key": key, "step": rate.step, "span": rate.seconds + 0.001}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, told)
        if cursor.fetchone():
            _sweep_now_and_then(key)
            return 0
        cursor.execute(_WAIT, told)
        row = cursor.fetchone()
    return max(1, math.ceil(row[0])) if row else 1


def give_back(key: str, rate: Rate) -> None:
    """Takes one count back: it turned out to be none of those that are limited."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"key": key, "step": rate.step})


def remember(key: str, seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, {"key": key, "span": seconds})


def remembers(key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBERED, [key])
        return bool(cursor.fetchone()[0])


def _sweep_now_and_then(key: str) -> None:
    """What is forgiven takes no room. One key in 256 pays for it; rows in use are passed over."""
    if key.startswith("00"):
        with connection.cursor() as cursor:
            cursor.execute(_SWEEP)
