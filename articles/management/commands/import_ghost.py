"""`manage.py import_ghost FILE.json`: the posts and pages of a Ghost site, with their addresses."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from articles.ghost import export_file
from articles.ghost.ghost_site import GhostSite
from articles.imports import foreign_texts
from articles.imports.import_report import Report
from articles.management.import_command import ImportCommand, bar, folder, refusal, tags


class Command(ImportCommand):
    help = "Imports the posts and pages of a Ghost export (JSON). Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--media", metavar="DIR", help="a copy of content/images")
        parser.add_argument(
            "--site", default="", help="the old site's address, if the file does not name it"
        )
        parser.add_argument(
            "--addresses", default="", help="how a post's address was made, if not as /:slug/"
        )

    def handle(self, *, file: Path, page: Path | None = None, **options: Any) -> None:
        media = folder(options["media"]) if options["media"] else None
        least = tags(options["tags"])
        try:
            export = export_file.read(file)
            site = GhostSite(export, media, options["site"], Report(), options["addresses"])
            report, count = foreign_texts.run(
                site, tags=least, dry_run=options["dry_run"], progress=bar
            )
        except (export_file.BrokenFileError, ValidationError) as error:
            raise refusal(file.name, error) from error
        self.tell(report, count, page, **options)
