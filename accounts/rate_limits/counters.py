"""How often something may be done: one row for each counter, shared by all web processes.

A counter stores the time at which its bucket is full again (GCRA). Each count moves that time on;
if it would be further ahead than the rate's period, the count is refused. So `Rate(10, 300)` allows
ten in a row, then one every thirty seconds. A single statement counts, so that no two requests read
the same value, and it uses the database's clock, of which there is only one.
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
    """`amount` in a row; the full amount again after `seconds`."""

    amount: int
    seconds: int

    @property
    def step(self) -> float:
        return self.seconds / self.amount


def key_of(*parts: str) -> str:
    """The key of a counter: an HMAC, from which neither person nor address can be read.

    Spellings that a database may take for the same letters have one key, so that writing an email
    address in another way gives no new counter.
    """
    text = "\0".join(unicodedata.normalize("NFKC", p).upper().lower().strip() for p in parts)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def count(key: str, rate: Rate) -> int:
    """Counts once and returns 0; if it is one too many, only returns the seconds to wait."""
    parameters: dict[str, str | float] = {
        "key": key,
        "step": rate.step,
        "span": rate.seconds + 0.001,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, parameters)
        if cursor.fetchone():
            _sweep_now_and_then(key)
            return 0
        cursor.execute(_WAIT, parameters)
        row = cursor.fetchone()
    return max(1, math.ceil(row[0])) if row else 1


def give_back(key: str, rate: Rate) -> None:
    """Undoes one count, which turned out to be none of those that are limited."""
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
    """Deletes expired rows, at counts of one key in 256; locked rows are skipped."""
    if key.startswith("00"):
        with connection.cursor() as cursor:
            cursor.execute(_SWEEP)
