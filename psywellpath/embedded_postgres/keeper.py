"""One small process for each server: it starts PostgreSQL, and stops it after its last user.

    python -m psywellpath.embedded_postgres.keeper DATA_FOLDER LOCK_DESCRIPTOR

It lives exactly as long as its server and holds keeper.lock all that time. It stops the server
under an exclusive holders.lock, so that a new holder waits until the server may start again.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TypeAlias

import psutil

from . import locks
from .account import Account, account_for
from .server import PORT, SUPERUSER, Cluster, EmbeddedPostgresError, binaries, tail

# Not the caller's environment: PGPORT, PGOPTIONS and the like would change the server.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
MAX_LOG_BYTES = 1_000_000
INITIAL = ["-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
INITIAL += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",  # several test processes, each with threads
    # Failed statements and the values in error details may contain what people wrote.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}

Server: TypeAlias = subprocess.Popen[bytes] | psutil.Process


class Keeper:
    def __init__(self, cluster: Cluster, lock: int) -> None:
        self.cluster = cluster
        self.lock = lock
        self.bin = binaries()
        self.stopped = threading.Event()
        self.asked_to_stop = False

    def keep(self) -> None:
        server = self._orphan() or self._start()
        if server is None:
            return
        signal.signal(signal.SIGTERM, lambda *_: self._ask_to_stop(server))
        threading.Thread(target=self._stop_after_last, args=[server], daemon=True).start()
        wait_for_end(server)
        self.stopped.set()
        if not self.asked_to_stop:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL ended by itself. {self.cluster.log} ends:\n"
                + tail(self.cluster.log, self.log_start)
            )
        if self.cluster.socket_folder != self.cluster.run:
            with contextlib.suppress(OSError):
                self.cluster.socket_folder.rmdir()

    def _stop_after_last(self, server: Server) -> None:
        self.holders = locks.take(self.cluster.holders_lock, locks.EXCLUSIVE)
        for _ in range(12):
            self._ask_to_stop(server)
            if self.stopped.wait(5):
                return
        server.send_signal(signal.SIGQUIT)  # no end within a minute: the next start recovers

    def _ask_to_stop(self, server: Server) -> None:
        self.asked_to_stop = True
        with contextlib.suppress(psutil.NoSuchProcess):
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown

    def _orphan(self) -> psutil.Process | None:
        """The running server of a keeper that was killed."""
        self.log_start = self.cluster.log.stat().st_size
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            pid = (self.cluster.data / "postmaster.pid").read_text().split()[0]
            process = psutil.Process(int(pid))
            # The process id may have been reused; a server's working directory is its data folder.
            if process.name() == "postgres" and Path(process.cwd()) == self.cluster.data:
                return process
        return None

    def _start(self) -> subprocess.Popen[bytes] | None:
        self._shorten_log()
        account = account_for(self.cluster, self.bin)
        if not (self.cluster.data / "PG_VERSION").exists():
            self._initialise(account)
        self._check_version()
        if locks.is_free_for(self.cluster.holders_lock, locks.EXCLUSIVE):
            self.asked_to_stop = True
            return None  # the process that needed it has ended meanwhile
        folder = str(self.cluster.socket_folder).replace('"', '""')
        settings = {**SETTINGS, "unix_socket_directories": f'"{folder}"'}
        options = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
        return subprocess.Popen(
            [self.bin / "postgres", "-D", self.cluster.data, *options],
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            **account.as_arguments(),
        )

    def _initialise(self, account: Account) -> None:
        """Works in a folder beside the data and renames it: a kill leaves nothing half finished."""
        data = self.cluster.data
        if data.exists() and any(data.iterdir()):
            raise EmbeddedPostgresError(
                f"{data} should hold the database, but holds something else. Move that away, or "
                f"set DATABASE_URL to use another server."
            )
        for left_over in data.parent.glob(f"{data.name}.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=f"{data.name}.new-", dir=data.parent))
        account.give(new)
        try:
            self._initdb(new, account)
            new.rename(data)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _initdb(self, folder: Path, account: Account) -> None:
        # initdb inherits the lock, so that no second one starts if this keeper is killed.
        done = subprocess.run(
            [self.bin / "initdb", "-D", folder, *INITIAL],
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=[self.lock],
            **account.as_arguments(),
        )
        if done.returncode:
            output = "\n".join((done.stdout + done.stderr).splitlines()[-8:])
            raise EmbeddedPostgresError(f"The embedded database could not be created:\n{output}")

    def _check_version(self) -> None:
        created_by = (self.cluster.data / "PG_VERSION").read_text().strip()
        version = subprocess.run(
            [self.bin / "postgres", "--version"], capture_output=True, text=True
        )
        ours = re.search(r"\d+", version.stdout)
        if ours and ours[0] != created_by:
            raise EmbeddedPostgresError(
                f"{self.cluster.data} was created by PostgreSQL {created_by}; this is {ours[0]}. "
                f"Dump it with version {created_by} and load it again, or move the folder away."
            )

    def _shorten_log(self) -> None:
        if self.cluster.log.stat().st_size > MAX_LOG_BYTES:
            os.truncate(self.cluster.log, 0)
        self.log_start = self.cluster.log.stat().st_size


def wait_for_end(server: Server) -> None:
    if isinstance(server, subprocess.Popen):
        server.wait()
        return
    # Not a child of ours, so it can only be polled; its parent may take long to reap it.
    with contextlib.suppress(psutil.NoSuchProcess):
        while server.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.1)


def main(data: str, descriptor: str) -> int:
    cluster, lock = Cluster(Path(data)), int(descriptor)
    os.set_inheritable(lock, False)  # the server must not inherit it
    try:
        Keeper(cluster, lock).keep()
    except (EmbeddedPostgresError, OSError, subprocess.SubprocessError) as error:
        cluster.problem.write_text(f"{error}")
        return 1
    finally:
        os.close(lock)  # before holders.lock, which is released as the process ends
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
