"""Restoring a backup into an empty database, and comparing it with what was backed up."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from tqdm import tqdm

from accounts.audit import recording as audit
from psywellpath import backup
from psywellpath.audit_verbs import OperationVerb
from psywellpath.backup import fingerprints, picture_folder, programs

COUNT_RELATIONS = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
"""
PLAIN = ("--exit-on-error", "--no-owner", "--no-privileges")
Say = Callable[[str], Any]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Raises CommandError for a folder that is not a complete backup."""
    try:
        manifest = json.loads((folder / backup.MANIFEST).read_text())
        whole = fingerprints.of_file(folder / backup.DATA) == manifest["data"]
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(f"{folder} is not a backup: {error}") from None
    if not whole:
        raise CommandError(f"{folder / backup.DATA} is damaged: it is not what was written.")
    return manifest


def refuse_unless_empty(folder: Path, manifest: dict[str, Any], without_keys: bool) -> None:
    """Checks everything that would stop the restore later, before anything is changed."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_RELATIONS)
        if cursor.fetchone()[0]:
            name = connection.settings_dict["NAME"]
            raise CommandError(f"The database {name} is not empty. Restore into a new, empty one.")
    media = Path(settings.MEDIA_ROOT)
    if media.exists() and any(media.iterdir()):
        raise CommandError(f"{media} is not empty: move its pictures away first.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {app.label for app in apps.get_app_configs()}
    if newer := [m for m in manifest["migrations"] if m.split(".")[0] in ours and m not in known]:
        raise CommandError(f"This code is older than the backup; it does not know {newer[0]}.")
    needs_keys = f"accounts.{backup.KEYS_TABLE}" if _keys_model() else ""
    if needs_keys and not (folder.parent / backup.KEYS).exists() and not without_keys:
        raise CommandError(
            f"{folder.parent / backup.KEYS} is missing: without it no note can be read."
            " --without-keys restores the rest."
        )


def _keys_model() -> Any:
    models = [m for m in apps.get_models() if m._meta.db_table == backup.KEYS_TABLE]
    return models[0] if models else None


def restore(folder: Path, manifest: dict[str, Any], say: Say) -> None:
    version, count = programs.server_version(), len(manifest["tables"])
    data = str(folder / backup.DATA)
    say("Rows …")
    rows = ("--section=pre-data", "--section=data")
    programs.run("pg_restore", *PLAIN, *rows, data, version=version, tables=count)
    compare(manifest)
    say(f"{count} tables have the rows and hashes of the backup.")
    _keys(folder.parent / backup.KEYS, version, say)
    programs.run("pg_restore", *PLAIN, "--section=post-data", data, version=version)
    # The tables of the current code, and the grants of the web role.
    call_command("migrate", interactive=False, verbosity=0)
    if (erased := folder.parent / backup.ERASURES).exists():
        say("Erasures: everyone erased since this backup is erased again.")
        call_command("erase", replay=str(erased))
    picture_folder.put_back(folder / backup.MEDIA, Path(settings.MEDIA_ROOT), manifest["media"])
    audit.record(OperationVerb.RESTORED, by=None, target=f"backup {folder.name}")


def compare(manifest: dict[str, Any]) -> None:
    """Raises a CommandError that names every table that differs."""
    with transaction.atomic():
        restored = fingerprints.take(fingerprints.dumped(fingerprints.tables()))
    if different := sorted(
        n for n in restored | manifest["tables"] if restored.get(n) != manifest["tables"].get(n)
    ):
        raise CommandError(f"These tables differ from the backup: {', '.join(different)}.")


def _keys(file: Path, version: int, say: Say) -> None:
    """The newest keys, which may be fewer or more than those of the data."""
    if not file.exists():
        return
    programs.run("pg_restore", *PLAIN, "--data-only", str(file), version=version)
    model = _keys_model()
    if model is None:
        return
    with connection.cursor() as cursor:
        for field in model._meta.concrete_fields:
            if field.remote_field:  # Keys of people who came after this backup are left out.
                other = field.remote_field.model._meta
                cursor.execute(
                    f'DELETE FROM "{backup.KEYS_TABLE}" k WHERE "{field.column}" IS NOT NULL AND'  # noqa: S608
                    f' NOT EXISTS (SELECT FROM "{other.db_table}" o'
                    f' WHERE o."{field.target_field.column}" = k."{field.column}")'
                )
        cursor.execute(f'SELECT count(*) FROM "{backup.KEYS_TABLE}"')  # noqa: S608
        say(f"{cursor.fetchone()[0]} data keys, the newest.")


def read_everything() -> int:
    """Reads every row of every table as the pages do, decrypting it; returns the number of rows.

    Raises CommandError at the first row that can't be read; the likely cause is a wrong FIELD_KEYS.
    """
    models = [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy]
    read = 0
    for model in tqdm(models, unit="table", desc="reading", file=sys.stderr):
        try:
            for row in model._base_manager.iterator(chunk_size=500):
                for field in model._meta.concrete_fields:
                    getattr(row, field.attname)
                read += 1
        except Exception as error:
            raise CommandError(
                f"{model._meta.db_table} can't be read ({type(error).__name__}: {error})."
                " Is FIELD_KEYS the one that this practice uses?"
            ) from error
    return read


def try_pages() -> str:
    """Requests a few pages as a visitor, in a process with the web role."""
    completed = subprocess.run(
        [sys.executable, "-m", "psywellpath.backup.smoke"],
        env=os.environ | {"PSYWELLPATH_WEB": "1"}, cwd=settings.BASE_DIR,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if completed.returncode:
        raise CommandError(
            f"The data are restored, but pages fail:\n{completed.stdout}{completed.stderr[-2000:]}"
        )
    return completed.stdout.strip()
