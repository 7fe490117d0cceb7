"""Makes a backup of the data, the keys, the pictures and the list of erasures."""

import os
import shutil
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from psywellpath.backup import making, programs


class Command(BaseCommand):
    help = (
        "Writes a new dated backup into a folder that only your account can open. The data keys"
        " are kept beside the backups, in their newest version only. docs/operations.md says how"
        " to restore."
    )
    # The checks that matter here are those of `restore`.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N")
        parser.add_argument(
            "--fewer-keys",
            action="store_true",
            help="confirm that more than half of the data keys are gone",
        )

    def handle(self, *, folder: Path, keep: int | None, fewer_keys: bool, **options) -> None:
        os.umask(0o077)
        programs.become_owner()
        folder = making.private_folder(folder)
        path, manifest = making.make(folder, fewer_keys=fewer_keys)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{path}: {len(manifest['tables'])} tables, {rows} rows, {len(manifest['media'])}"
            f" pictures, {manifest['erasures']} erasures."
        )
        for old in making.finished(folder)[: -keep if keep else 0]:
            shutil.rmtree(old)
            self.stdout.write(f"{old.name} deleted.")
