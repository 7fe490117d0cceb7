"""How xdist distributes the tests: what is expensive to set up is set up once."""

from collections import OrderedDict
from types import SimpleNamespace

import pytest

from tests.support import distribution

BACKUP = [f"tests/psywellpath/test_backup.py::test_{name}" for name in ("one", "two[a@b]")]
ALONE = [
    "tests/psywellpath/test_check.py::test_one[a]",
    "tests/psywellpath/test_check.py::test_two",
]


def test_a_file_with_a_fixture_for_the_module_goes_to_one_process():
    schedule = distribution.ByModuleFixture(SimpleNamespace(getvalue=lambda _: ["2*popen"]))
    scopes = OrderedDict((schedule._split_scope(test), test) for test in [*BACKUP, *ALONE])
    assert list(scopes) == ["tests/psywellpath/test_backup.py", *ALONE]


def test_it_is_the_schedule_of_this_run(request):
    hook = request.config.pluginmanager.hook.pytest_xdist_make_scheduler
    ours = [one.function for one in hook.get_hookimpls()]
    assert distribution.pytest_xdist_make_scheduler in ours


@pytest.mark.parametrize(
    ("cores", "gigabytes", "workers"), [(1, 8, 2), (2, 24, 3), (2, 3, 2), (2, 1, 1), (16, 64, 4)]
)
def test_there_is_a_worker_for_each_wait_but_no_more_than_memory(
    monkeypatch, cores, gigabytes, workers
):
    memory = SimpleNamespace(available=gigabytes * 10**9)
    monkeypatch.setattr(distribution.os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(distribution.psutil, "virtual_memory", lambda: memory)
    assert distribution.pytest_xdist_auto_num_workers() == workers
