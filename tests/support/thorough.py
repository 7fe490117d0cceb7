"""How much a test tries: everything with THOROUGH=1, which `make trust` sets; otherwise every n-th
row of its largest tables, so that `make test` stays quick."""

import os
from collections.abc import Iterable
from typing import TypeVar

THOROUGH = os.environ.get("THOROUGH") == "1"

T = TypeVar("T")


def some(rows: Iterable[T], every: int) -> list[T]:
    return list(rows)[:: 1 if THOROUGH else every]
