"""`manage.py import_wordpress FILE.xml`: the articles of a WordPress site, with their addresses."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from articles.management.import_command import ImportCommand, bar, folder, refusal, tags, zone
from articles.wordpress import importing, wxr


class Command(ImportCommand):
    help = "Imports the posts and pages of a WordPress export file (WXR 1.x). Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--media", metavar="DIR", help="a copy of wp-content/uploads")
        parser.add_argument(
            "--zone",
            help="the old site's time zone, such as Asia/Kolkata (by default read from the file)",
        )

    def handle(self, *, file: Path, page: Path | None = None, **options: Any) -> None:
        media = folder(options["media"]) if options["media"] else None
        at = zone(options["zone"]) if options["zone"] else None
        least, dry_run = tags(options["tags"]), options["dry_run"]
        try:
            report, count = importing.run(
                file, media=media, zone=at, tags=least, dry_run=dry_run, progress=bar
            )
        except (wxr.BrokenFileError, ValidationError) as error:
            raise refusal(file.name, error) from error
        self.tell(report, count, page, **options)
