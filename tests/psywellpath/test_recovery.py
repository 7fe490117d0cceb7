"""Recovery after the server's disk is lost, from a base backup and the archived WAL."""

import os
import shutil
import signal
import subprocess
import threading
import time
import uuid
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.support.serving.deployment import KEEPER, PLAIN, ROOT, Cluster, Gunicorn
from tests.support.serving.processes import Process, site_folder, wait_until
from tests.support.serving.visitors import Visitor
from tests.support.thorough import THOROUGH

pytestmark = pytest.mark.skipif(not THOROUGH, reason="a lost disk takes minutes: `make trust`")

ROWS = 25  # acknowledged after the base backup, before the disk goes
WAL = [
    line.replace(" = ", "=").replace("'", "")
    for line in (ROOT / "deploy" / "postgresql-wal.conf").read_text().splitlines()
    if line and not line.startswith("#")
]


class Keeper(Process):
    """deploy/wal-keeper, on a disk of its own."""

    STOP_SIGNAL = signal.SIGINT

    def __init__(self, cluster: Cluster, store: Path) -> None:
        super().__init__(cluster.folder, "keeper")
        secret = cluster.folder / "pgpass"
        secret.touch(mode=0o600)
        secret.write_text(f"*:*:*:{KEEPER}:{cluster.password}\n")
        cluster.account.give(secret)
        self.cluster, self.store = cluster, store
        self.where = PLAIN | {
            "PGBIN": str(cluster.bin), "PGHOST": "127.0.0.1", "PGPORT": str(cluster.port),
            "PGUSER": KEEPER, "PGPASSFILE": str(secret),
        }  # fmt: skip

    def start(self) -> None:
        how = self.cluster.account.as_arguments()
        self.launch(["bash", script("wal-keeper"), self.store], cwd="/", env=self.where, **how)
        wait_until(self.streams, "the keeper is connected")

    def streams(self) -> bool:
        self.alive()
        streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        return self.cluster.ask(streaming) == [(1,)]

    def run(self, name: str, *arguments: object) -> None:
        done = subprocess.run(
            ["bash", script(name), *map(str, arguments)], cwd="/", env=self.where,
            capture_output=True, text=True, **self.cluster.account.as_arguments(),
        )  # fmt: skip
        assert not done.returncode, done.stdout + done.stderr


def empty(cluster: Cluster) -> None:
    """Replaces the lost disk with an empty one."""
    shutil.rmtree(cluster.data)
    cluster.own_folder(cluster.data.name)


def script(name: str) -> Path:
    """A copy that the server's own user can read, which root's checkout may not allow."""
    return Path(os.environ["DEPLOY_SCRIPTS"]) / name


class Writers:
    """Visitors who ask for a first session, one after another; what was acknowledged, and when."""

    def __init__(self, port: int) -> None:
        self.port, self.over = port, threading.Event()
        self.acknowledged: dict[str, float] = {}
        self.threads = [threading.Thread(target=self.write, daemon=True) for _ in range(3)]

    def write(self) -> None:
        while not self.over.is_set():
            key = uuid.uuid4()
            try:
                if Visitor(self.port).enquire(key, "about").is_yes:
                    self.acknowledged[str(key)] = time.monotonic()
            except (OSError, HTTPException):
                time.sleep(0.05)

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(60)


@pytest.fixture
def scripts(monkeypatch):
    with site_folder() as folder:
        for path in (ROOT / "deploy").iterdir():
            shutil.copy(path, folder)
            (folder / path.name).chmod(0o755)
        monkeypatch.setenv("DEPLOY_SCRIPTS", str(folder))
        yield folder


# Waiting for the keeper at each commit: nothing at all may be lost. Not waiting: what was under
# way to it, which on one machine is a moment.
@pytest.mark.parametrize("waits", [True, False], ids=["the keeper is waited for", "it is not"])
@pytest.mark.trust
def test_a_lost_disk_is_recovered_from(waits, scripts, promise, run_folder):
    with (
        site_folder() as folder,
        Cluster(folder, options=tuple(WAL), migrated_in=run_folder) as cluster,
    ):
        store = cluster.own_folder("store")
        with Keeper(cluster, store) as keeper:
            keeper.run("base-backup", store)
            if waits:
                cluster.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{KEEPER}'")
                cluster.ask("SELECT pg_reload_conf()")
            with Gunicorn(cluster) as web, Writers(web.port) as writers:
                wait_until(lambda: len(writers.acknowledged) >= ROWS, "people get work done")
                cluster.kill()
                lost_at = time.monotonic()
                empty(cluster)
                writers.over.set()
                web.kill()
                keeper.end()
                keeper.run("recover", store, cluster.data)
                cluster.start("synchronous_standby_names=")
                web.start()
                back_after = time.monotonic() - lost_at
            recovered = cluster.rows("acknowledged")["enquiries"]
            recovering = cluster.ask("SELECT pg_is_in_recovery()")
    acknowledged = writers.acknowledged
    lost = {key: at for key, at in acknowledged.items() if key not in recovered}
    seconds = max((lost_at - at for at in lost.values()), default=0.0)
    how = "each commit waits for the keeper" if waits else "no commit waits for the keeper"
    promise(
        "backup",
        f"data folder deleted and recovered from the archived WAL, {how}:"
        f" {len(acknowledged)} acknowledged, {len(lost)} lost,"
        f" RPO {seconds:.1f} s, RTO {back_after:.1f} s",
    )
    assert len(acknowledged) >= ROWS
    assert recovering == [(False,)]
    assert not lost or not waits
    assert seconds < 5
    assert len(recovered) >= ROWS - len(lost)


def test_recovery_to_a_moment_and_the_clearing_of_old_changes(scripts):
    with site_folder() as folder, Cluster(folder, options=tuple(WAL)) as cluster:
        store = cluster.own_folder("store")
        cluster.ask("CREATE TABLE kept (n int)")
        with Keeper(cluster, store) as keeper:
            keeper.run("base-backup", store)
            time.sleep(1.1)  # the names of base backups are seconds
            cluster.ask("INSERT INTO kept VALUES (1)")
            ((point_in_time,),) = cluster.ask("SELECT clock_timestamp()::text")
            time.sleep(1.1)
            cluster.ask("INSERT INTO kept VALUES (2)")
            cluster.ask("SELECT pg_switch_wal()")
            written = cluster.ask("SELECT pg_current_wal_lsn()")[0][0]
            caught_up = f"SELECT flush_lsn >= '{written}' FROM pg_stat_replication"
            wait_until(lambda: cluster.ask(caught_up) == [(True,)], "the keeper has all")
            keeper.end()
            with pytest.raises(AssertionError, match="not empty"):
                keeper.run("recover", store, cluster.data)
            cluster.kill()
            empty(cluster)
            keeper.run("recover", store, cluster.data, point_in_time)
            cluster.start()
            wait_until(lambda: cluster.ask("SELECT pg_is_in_recovery()") == [(False,)], "promoted")
            assert cluster.ask("SELECT n FROM kept ORDER BY n") == [(1,)]
            files = len(list((store / "wal").iterdir()))
            keeper.run("base-backup", store, 1)
            assert len(list((store / "base").iterdir())) == 1
            assert len(list((store / "wal").iterdir())) < files
