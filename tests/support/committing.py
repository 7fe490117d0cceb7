"""What waits for a commit, in tests whose own transaction never commits.

The test's own block counts for nothing: what a block directly inside it leaves waiting is done
once that block ends well, and is forgotten where it was rolled back. Outside every such block
there is nothing to wait for. A robust call may fail, as in Django, and the next is made.
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
