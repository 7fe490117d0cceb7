"""Making a backup. It is complete or absent: the dated folder gets its name at the very end."""

import io
import json
import os
import platform
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.audit import recording as audit
from psywellpath import backup
from psywellpath.audit_verbs import OperationVerb
from psywellpath.backup import fingerprints, picture_folder, programs

UNFINISHED = ".unfinished-"


def private_folder(path: Path) -> Path:
    """Creates the folder; refuses one that other accounts may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        raise CommandError(f"Other accounts can read {path}. Restrict it first: chmod 700 {path}")
    return path.resolve()


def finished(folder: Path) -> list[Path]:
    """The dated backups in a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"[0-9]*/{backup.MANIFEST}"))


def make(folder: Path, *, fewer_keys: bool = False) -> tuple[Path, dict[str, Any]]:
    """Makes a backup in this folder; returns its path and its manifest."""
    for left_over in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left_over)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    while (folder / name).exists():  # Another backup was made in the same second.
        time.sleep(0.1)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    draft = folder / f"{UNFINISHED}{name}"
    draft.mkdir()
    manifest = _database(folder, draft, fewer_keys)
    manifest["media"] = _media(folder, draft)
    manifest["erasures"] = keep_erasures(folder / backup.ERASURES)
    write(draft / backup.MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
    draft.rename(folder / name)
    audit.record(OperationVerb.BACKED_UP, by=None, target=f"backup {name}")
    return folder / name, manifest


def _database(folder: Path, draft: Path, fewer_keys: bool) -> dict[str, Any]:
    """Both dumps, and the counts and hashes, come from the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        names = fingerprints.tables()
        dumped = fingerprints.dumped(names)
        manifest = _about() | {"tables": fingerprints.take(dumped)}
        left_out = [
            f"--exclude-table-data=public.{t}" for t in (backup.KEYS_TABLE, *backup.LEFT_OUT)
        ]
        data = draft / backup.DATA
        _dump(data, snapshot, *left_out, tables=len(dumped))
        if backup.KEYS_TABLE in names:
            _keys(folder, snapshot, fewer_keys)
    return manifest | {"data": fingerprints.of_file(data)}


def _dump(file: Path, snapshot: str, *arguments: str, tables: int = 0) -> None:
    version = programs.server_version()
    options = ["--format=custom", f"--snapshot={snapshot}", "--lock-wait-timeout=60s"]
    options.append(f"--file={file}")
    programs.run("pg_dump", *options, *arguments, version=version, tables=tables)
    file.chmod(0o600)


def _about() -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": 1,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "postgresql": programs.server_version(),
        "django": django.get_version(),
        "python": platform.python_version(),
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
    }


def _keys(folder: Path, snapshot: str, fewer_keys: bool) -> None:
    """Replaces the previous dump of the keys, so that no backup contains a deleted key."""
    with connection.cursor() as cursor:
        column = connection.introspection.get_primary_key_column(cursor, backup.KEYS_TABLE)
        cursor.execute(f'SELECT "{column}"::text FROM {backup.KEYS_TABLE} ORDER BY 1')  # noqa: S608
        current = [row[0] for row in cursor.fetchall()]
    listed = folder / backup.KEY_LIST
    before = set(json.loads(listed.read_text())["keys"]) if listed.exists() else set()
    if len(before - set(current)) > len(before) / 2 and not fewer_keys:
        raise CommandError(
            f"Of the {len(before)} data keys in the last backup, {len(before - set(current))} are"
            " gone. The old dump of the keys is left as it is. If they were all erased on purpose,"
            " run this again with --fewer-keys."
        )
    fresh = folder / f"{UNFINISHED}{backup.KEYS}"
    fresh.unlink(missing_ok=True)
    _dump(fresh, snapshot, "--data-only", f"--table=public.{backup.KEYS_TABLE}")
    os.replace(fresh, folder / backup.KEYS)
    about = {"made_at": datetime.now(UTC).isoformat(timespec="seconds"), "keys": current}
    write(listed, json.dumps(about))


def _media(folder: Path, draft: Path) -> picture_folder.Hashes:
    before = finished(folder)[-1:]
    known = json.loads((before[0] / backup.MANIFEST).read_text())["media"] if before else {}
    last = before[0] / backup.MEDIA if before else None
    return picture_folder.copy(Path(settings.MEDIA_ROOT), draft / backup.MEDIA, last, known)


def keep_erasures(file: Path) -> int:
    """Adds the clients erased since the last backup; returns how many are listed.

    Nobody is removed from the list: an older database that was restored no longer knows them all.
    """
    output = io.StringIO()
    call_command("erase", list=True, stdout=output)
    before = file.read_text().splitlines() if file.exists() else []
    lines = list(dict.fromkeys([*before, *output.getvalue().splitlines()]))
    write(file, "".join(f"{line}\n" for line in lines))
    return len(lines)


def write(file: Path, text: str) -> None:
    """Writes the file atomically, readable by this account alone."""
    draft = file.with_name(f"{UNFINISHED}{file.name}")
    draft.touch(mode=0o600)
    with draft.open("w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(draft, file)
