"""Runs on_commit callbacks in tests, whose own transaction never commits.

The test's own block is ignored: the callbacks of a block directly inside it run once that block
ends without an error, and are dropped if it was rolled back. Outside such a block a callback runs
at once. A robust callback may fail, as in Django, and the next one still runs.
"""

import logging

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger("django.db.backends.base")
_exit, _on_commit = transaction.Atomic.__exit__, BaseDatabaseWrapper.on_commit


def commits_with_the_outermost_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.Atomic, "__exit__", _leave)
    monkeypatch.setattr(BaseDatabaseWrapper, "on_commit", _wait)


def _leave(block: transaction.Atomic, exc_type, exc_value, traceback) -> None:
    connection = transaction.get_connection(block.using)
    commits = exc_type is None and not connection.needs_rollback
    _exit(block, exc_type, exc_value, traceback)
    if _is_outside(connection):
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _savepoints, call, robust in waiting if commits else []:
            _do(call, robust)


def _wait(connection: BaseDatabaseWrapper, call, robust: bool = False) -> None:
    if _is_outside(connection):
        _do(call, robust)
    else:
        _on_commit(connection, call, robust)


def _is_outside(connection: BaseDatabaseWrapper) -> bool:
    return bool(connection.atomic_blocks) and connection.atomic_blocks[-1]._from_testcase


def _do(call, robust: bool) -> None:
    try:
        call()
    except Exception as error:
        if not robust:
            raise
        log.error("Error calling %s in on_commit() (%s).", call, error, exc_info=True)
