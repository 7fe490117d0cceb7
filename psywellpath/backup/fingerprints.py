"""Rows and a hash of each table, so that a restored table can be compared with the original."""

import hashlib
import sys
from collections.abc import Collection
from pathlib import Path

from django.db import connection
from tqdm import tqdm

from psywellpath.backup import KEYS_TABLE, LEFT_OUT

# The text of a row must depend on the row alone.
SAME_WORDS = """
SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601';
SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1
"""
TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
"""
HASH = """
SELECT count(*), encode(sha256(coalesce(string_agg(row, ''::bytea ORDER BY row), '')), 'hex')
FROM (SELECT sha256(convert_to(t::text, 'UTF8')) AS row FROM {table} AS t) AS hashed
"""

Fingerprint = dict[str, object]


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [row[0] for row in cursor.fetchall()]


def take(names: Collection[str]) -> dict[str, Fingerprint]:
    """Reads every row of these tables once, within the caller's transaction."""
    found: dict[str, Fingerprint] = {}
    with connection.cursor() as cursor:
        cursor.execute(SAME_WORDS)
        for name in tqdm(names, unit="table", desc="counting and hashing", file=sys.stderr):
            cursor.execute(HASH.format(table=connection.ops.quote_name(name)))
            rows, sha256 = cursor.fetchone()
            found[name] = {"rows": rows, "sha256": sha256}
    return found


def in_the_data(names: Collection[str]) -> list[str]:
    """The tables whose rows are in the data file."""
    return [name for name in names if name not in {KEYS_TABLE, *LEFT_OUT}]


def of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
