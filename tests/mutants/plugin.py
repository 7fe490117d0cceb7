"""A pytest plugin: once the tests are collected, each mutant is tested in a process of its own.

A fork has everything loaded, so that a mutant costs only its tests: the quick ones run first, and
none after the first failure.
"""

import ast
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connections
from tqdm import tqdm

from tests.mutants.applying import apply, run_again, run_as_it_is
from tests.mutants.engines import TESTS, Engine
from tests.mutants.making import Mutant, mutants

# A mutant that loops is stopped, which counts as noticed.
SECONDS = 30
NOWHERE = Path(os.devnull).open("w")  # noqa: SIM115


@dataclass
class Trial:
    engine: Engine
    tried: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)


class Mutating:
    def __init__(self, engines: list[Engine], report: Callable[[Trial], None]) -> None:
        self.report = report
        self.trials = [Trial(engine) for engine in engines]
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self.ends_at_failure = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            if self.ends_at_failure:
                os._exit(1)
            self.failed.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests do not load")
        items = [
            item
            for item in session.items
            if any(_tests_engine(item, trial.engine) for trial in self.trials)
        ]
        self._run(session, items)
        if self.failed:
            pytest.exit("tests fail without any change:\n" + "\n".join(self.failed), 2)
        for trial in self.trials:
            mine = [item for item in items if _tests_engine(item, trial.engine)]
            mine.sort(key=lambda item: self.seconds[item.nodeid])
            self._try_all(session, trial, mine)
            self.report(trial)
        return True

    def _run(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Runs the tests, and keeps what belongs to the whole session: the database."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(
                item=item, nextitem=following or _Session(items)
            )

    def _try_all(self, session: pytest.Session, trial: Trial, items: list[pytest.Item]) -> None:
        module = import_module(trial.engine.module)
        trial.mutants = list(mutants(trial.engine.path))
        self._check(session, module, trial.mutants, items)
        waiting, running = iter(trial.mutants), {}
        bar = tqdm(trial.mutants, desc=f"{trial.engine.name:>18}", unit="", file=sys.__stderr__)
        with bar:
            for mutant in waiting:
                while len(running) >= (os.cpu_count() or 2):
                    self._wait(trial, running, bar)
                change = partial(apply, module, mutant.code)
                running[self._fork(session, change, items)] = mutant
            while running:
                self._wait(trial, running, bar)

    def _check(self, session, module, mutants: list[Mutant], items) -> None:
        """Running a statement again without any change has to pass every test: otherwise a test
        fails because it holds the old object, and not because it notices the change."""
        statements = ast.parse(Path(module.__file__).read_text()).body
        for at in {at for m in mutants if (at := run_as_it_is(module, m.code)) is not None}:
            pid = self._fork(session, partial(run_again, module, statements, at), items)
            if os.waitpid(pid, 0)[1]:
                line = statements[at].lineno
                pytest.exit(
                    f"{module.__file__}:{line} cannot be tested: tests hold its old value", 2
                )

    def _wait(self, trial: Trial, running: dict[int, Mutant], bar) -> None:
        pid, status = os.wait()
        mutant = running.pop(pid)
        trial.tried += 1
        if status == 0:
            trial.survivors.append(mutant)
        bar.update()

    def _fork(self, session, change: Callable[[], None], items) -> int:
        connections.close_all()
        if pid := os.fork():
            return pid
        os.setpgrp()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter._tw._file = sys.stderr = NOWHERE
        self.ends_at_failure = True
        try:
            change()
            self._run(session, items)
        except BaseException:
            os._exit(1)
        os._exit(0)


class _Session:
    """Poses as a next test in another file: only the fixtures of the session stay set up."""

    def __init__(self, items: list[pytest.Item]) -> None:
        self.chain = items[0].listchain()[:-2]

    def listchain(self) -> list:
        return self.chain


def _tests_engine(item: pytest.Item, engine: Engine) -> bool:
    if (
        str(item.path.relative_to(TESTS)) not in engine.tests
        or item.name in engine.without
        or _commits(item)
    ):
        return False
    return not (engine.pure and _asks_the_database(item))


def _commits(item: pytest.Item) -> bool:
    """A test that commits would disturb those in the other processes."""
    marked = item.get_closest_marker("django_db")
    return bool(marked and marked.kwargs.get("transaction")) or "browser" in item.keywords


def _asks_the_database(item: pytest.Item) -> bool:
    return bool({"db", "cast"} & set(item.fixturenames) or item.get_closest_marker("django_db"))
