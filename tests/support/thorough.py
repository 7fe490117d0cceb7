"""How much a test tries: everything with THOROUGH=1, which `make trust` sets; otherwise every n-th
row of its largest tables, so that `make test` stays quick.

A test that tries less without THOROUGH is marked `trust`: otherwise no run would try all of it.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

THOROUGH = os.environ.get("THOROUGH") == "1"

T = TypeVar("T")


def some(rows: Iterable[T], every: int, start: int = 0) -> list[T]:
    """Every n-th row, or all of them; `start` lets the cases of a test choose different rows."""
    return list(rows) if THOROUGH else list(rows)[start % every :: every]
