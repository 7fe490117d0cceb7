"""Carries out the erasures that were granted, and lists them for use after restoring a backup."""

import sys
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from clients.models import Erasure, ErasureRequest
from clients.rights import erasure


class Command(BaseCommand):
    help = (
        "Erases the clients whose request was granted. Keep the output of --list beside each"
        " backup: after restoring an older one, --replay FILE erases the same people again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="only count the granted requests")
        what.add_argument("--list", action="store_true", help="print the ids of erased clients")
        what.add_argument("--replay", metavar="FILE", help="erase the clients of a list again")

    def handle(self, *, dry_run: bool, list: bool, replay: str | None, **options) -> None:
        if list:
            for row in Erasure.objects.order_by("at"):
                self.stdout.write(f"{row.client} {row.user}")
        elif replay:
            self.stdout.write(f"{erasure.erase_again(self._read(replay))} erased again.")
        else:
            self._granted(dry_run)

    def _granted(self, dry_run: bool) -> None:
        granted = [*ErasureRequest.objects.granted().select_related("client__user")]
        if dry_run:
            self.stdout.write(f"{len(granted)} granted; nobody erased.")
            return
        for request in tqdm(granted, disable=not granted, unit="client", file=sys.stderr):
            opaque = request.client_id
            rows = erasure.erase(client=request.client)
            self.stdout.write(f"{opaque}: {rows} rows deleted, 0 left.")
        self.stdout.write(f"{len(granted)} erased.")

    def _read(self, name: str) -> list[tuple[UUID, UUID]]:
        try:
            lines = Path(name).read_text(encoding="ascii").split("\n")
            pairs = [tuple(UUID(word) for word in line.split()) for line in lines if line.strip()]
            return [(client, user) for client, user in pairs]
        except (OSError, ValueError) as error:
            raise CommandError(f"{name} is not the output of `erase --list`: {error}") from None
