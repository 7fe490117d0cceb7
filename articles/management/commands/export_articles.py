"""`manage.py export_articles DIR`: all articles and pages as Markdown, with their pictures."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles.exchange import folder_export
from articles.imports.front_matter import RefusedError


class Command(BaseCommand):
    help = "Writes all articles and pages, of every status, to a folder that import_articles reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options) -> None:
        try:
            written = folder_export.run(
                folder,
                progress=lambda rows, count: tqdm(rows, total=count, unit="article", disable=None),
            )
        except RefusedError as error:
            raise CommandError(f"{error}\nNothing was written.", returncode=2) from error
        counts = [f"{written[kind]} {kind}" for kind in ("articles", "pages", "pictures")]
        self.stdout.write(f"{', '.join(counts)}.")
