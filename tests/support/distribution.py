"""How xdist distributes the tests over its processes.

Its own `--dist loadgroup` writes the group into the test's id, which pytest 9.2 ignores: each
process then built the servers of a group again. Nothing was reported.
"""

import os
from functools import cache
from pathlib import Path

import psutil
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[2]
MEMORY = 1_200_000_000  # of a worker with its Chromium and its PostgreSQL, in bytes


class ByModuleFixture(LoadScopeScheduling):
    """Each test alone, wherever there is time; but a file with a fixture for the whole module goes
    to one process, which sets that fixture up once. Such files go first."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if has_module_fixture(path) else nodeid


@cache
def has_module_fixture(path: str) -> bool:
    return 'scope="module"' in (ROOT / path).read_text()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What crosses apps or needs Chromium takes longest, so it goes first: at the end no process
    waits for another one's long test."""
    items.sort(key=lambda item: not takes_long(item))


def takes_long(item: pytest.Item) -> bool:
    return item.nodeid.startswith("tests/psywellpath/") or "browser" in item.keywords


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByModuleFixture:
    return ByModuleFixture(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, since tests also wait for PostgreSQL, Chromium or a
    server; but no more than there is memory for."""
    room = psutil.virtual_memory().available // MEMORY
    return max(1, min(4, 1 + len(os.sched_getaffinity(0)), room))
