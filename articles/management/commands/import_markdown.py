"""`manage.py import_markdown DIR`: the texts of a Hugo or Jekyll site, with their addresses."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.utils import timezone

from articles.imports import foreign_texts
from articles.imports.import_report import Report
from articles.management.import_command import ImportCommand, bar, folder, refusal, tags, zone
from articles.markdown_site.folder import opened
from articles.markdown_site.markdown_site import MarkdownSite


class Command(ImportCommand):
    help = "Imports a folder of Markdown files, as Hugo and Jekyll keep them. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", help="the whole source of the old site")
        parser.add_argument(
            "--site", default="", help="the old site's address, if its settings do not name it"
        )
        parser.add_argument(
            "--addresses",
            default="",
            help="how an article's address was made, such as /:year/:month/:slug/",
        )
        parser.add_argument("--zone", help="of dates without one, such as Asia/Kolkata")

    def handle(self, *, page: Path | None = None, **options: Any) -> None:
        root, least = folder(options["folder"]), tags(options["tags"])
        at = zone(options["zone"]) if options["zone"] else timezone.get_default_timezone()
        site = MarkdownSite(opened(root), at, Report(), options["site"], options["addresses"])
        try:
            report, count = foreign_texts.run(
                site, tags=least, dry_run=options["dry_run"], progress=bar
            )
        except ValidationError as error:
            raise refusal(root.name, error) from error
        self.tell(report, count, page, **options)
