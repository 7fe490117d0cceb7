"""Rows and a hash of each table, so that a restored table can be compared with the original."""

import hashlib
import sys
from collections.abc import Collection
from pathlib import Path

from django.db import connection
from tqdm import tqdm

from psywellpath.backup import KEYS_TABLE, LEFT_OUT

# A row's text must depend on the row alone, and not on the server's settings.
STABLE_TEXT = """
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
    result: dict[str, Fingerprint] = {}
    with connection.cursor() as cursor:
        cursor.execute(STABLE_TEXT)
        for name in tqdm(names, unit="table", desc="counting and hashing", file=sys.stderr):
            cursor.execute(HASH.format(table=connection.ops.quote_name(name)))
            rows, sha256 = cursor.fetchone()
            result[name] = {"rows": rows, "sha256": sha256}
    return result


def dumped(names: Collection[str]) -> list[str]:
    """Those of the named tables whose rows go into the data file."""
    return [name for name in names if name not in {KEYS_TABLE, *LEFT_OUT}]


def of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
