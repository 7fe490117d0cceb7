"""Processes that a test starts and always ends: at worst by `kill -9` of the whole family."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psutil
import pytest

PATIENCE = 90  # seconds; two slow cores, shared with other tests


def cannot(why: str) -> None:
    """Skips a test with a warning; under CI it fails instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    warnings.warn(f"LEFT OUT: {why}", stacklevel=2)
    pytest.skip(why)


def free_port() -> int:
    """A free port below the range that the kernel uses for outgoing connections."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(true: Any, what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def kill_family(leader: psutil.Process) -> int:
    """Kills a process and all that it started; returns how many. It is suspended first, so that it
    starts no others meanwhile."""
    with contextlib.suppress(psutil.NoSuchProcess):
        leader.suspend()
        family = [leader, *leader.children(recursive=True)]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, timeout=PATIENCE)
        return len(family)
    return 0


@contextlib.contextmanager
def site_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="psywellpath-site-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Process:
    """One program with its children; its output goes to a file."""

    STOP_SIGNAL = signal.SIGTERM

    def __init__(self, folder: Path, name: str) -> None:
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> Self:
        """Starts the program; kills it if that fails."""
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        raise NotImplementedError

    def launch(self, command: list[Any], **options: Any) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options,
            )  # fmt: skip

    def kill(self) -> int:
        if self.process is None or self.process.poll() is not None:
            return 0
        number = kill_family(psutil.Process(self.process.pid))
        self.process.wait(PATIENCE)
        return number

    def end(self) -> None:
        """Ends it as an administrator would; kills it if it does not end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.STOP_SIGNAL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        self.kill()

    def log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def alive(self) -> None:
        assert self.process
        assert self.process.poll() is None, self.log_tail()
