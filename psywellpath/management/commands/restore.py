"""Restores a backup into an empty database, and checks that everything is back."""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from psywellpath.backup import programs, restoring


class Command(BaseCommand):
    help = (
        "Restores one dated backup into an empty database and an empty folder of pictures, with"
        " the newest data keys, repeats the erasures made since, and requests a few pages."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the dated folder")
        parser.add_argument(
            "--without-keys", action="store_true", help="the data keys are lost; restore the rest"
        )

    def handle(self, *, folder: Path, without_keys: bool, **options) -> None:
        os.umask(0o022)
        programs.become_owner()
        folder = folder.resolve()
        manifest = restoring.read_manifest(folder)
        restoring.refuse_unless_empty(folder, manifest, without_keys)
        self.stdout.write(f"The backup of {manifest['made_at']}.")
        restoring.restore(folder, manifest, self.stdout.write)
        if not without_keys:
            self.stdout.write(f"{restoring.read_everything()} rows read and decrypted.")
        self.stdout.write(f"Pages: {restoring.try_pages()}")
        self.stdout.write("Restored. Everyone has to sign in again.")
