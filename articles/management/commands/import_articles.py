"""`manage.py import_articles DIR`: reads what export_articles has written."""

from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles.exchange import folder_import
from articles.imports.front_matter import RefusedError


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "nothing"


class Command(BaseCommand):
    help = (
        "Imports a folder of articles and pages. Adds what is missing; changes nothing that exists."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="reports, and changes nothing")

    def handle(self, *, folder: Path, dry_run: bool, **options) -> None:
        try:
            result = folder_import.run(
                folder,
                dry_run=dry_run,
                progress=lambda paths: tqdm(paths, unit="article", disable=None),
            )
        except RefusedError as error:
            raise CommandError(f"{error}\nNothing was changed.", returncode=2) from error
        self.stdout.write(f"Added: {_counted(result.added)}.")
        self.stdout.write(f"Already here: {_counted(result.existing)}.")
        if result.different:
            self.stdout.write(f"Different here, and left unchanged: {', '.join(result.different)}.")
        if dry_run:
            self.stdout.write("A dry run: nothing was changed.")
