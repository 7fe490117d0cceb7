"""`manage.py import_wordpress FILE.xml`: the articles of a WordPress site, with their addresses."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles.imports import report_page
from articles.imports.import_report import Report
from articles.wordpress import importing, wxr


def _folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise CommandError(f"{name}: no such folder", returncode=2)
    return path


def _tags(choice: str) -> int | None:
    """How many posts a tag needs to become a topic; None: no tag does."""
    if choice == "skip":
        return None
    if choice == "topics":
        return 1
    if not choice.isascii() or not choice.isdigit():
        raise CommandError(f"{choice}: neither skip nor topics nor a number", returncode=2)
    return int(choice)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"{name}: unknown time zone", returncode=2) from error


class Command(BaseCommand):
    help = "Imports the posts and pages of a WordPress export file (WXR 1.x). Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--media", metavar="DIR", help="a copy of wp-content/uploads")
        parser.add_argument("--dry-run", action="store_true", help="reports, and changes nothing")
        parser.add_argument(
            "--report",
            dest="page",
            type=Path,
            metavar="FILE.html",
            help="a page to work through, text by text",
        )
        parser.add_argument(
            "--tags",
            default="skip",
            help="topics: each tag becomes one; 5: those of five posts or more; skip: none",
        )
        parser.add_argument(
            "--zone",
            help="the old site's time zone, such as Asia/Kolkata (by default read from the file)",
        )

    def handle(self, *, file: Path, page: Path | None = None, **options) -> None:
        media = _folder(options["media"]) if options["media"] else None
        zone = _zone(options["zone"]) if options["zone"] else None
        tags, dry_run = _tags(options["tags"]), options["dry_run"]
        try:
            report, count = importing.run(
                file, media=media, zone=zone, tags=tags, dry_run=dry_run, progress=self._bar
            )
        except (wxr.BrokenFileError, ValidationError) as error:
            reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            message = f"{file.name}: {reason}. Nothing was changed."
            raise CommandError(message, returncode=2) from error
        self._print(report, count, **options)
        if page:
            text = report_page.page(report, count, settings.SITE_URL, dry_run=dry_run)
            page.write_text(text, encoding="utf-8")

    def _bar(self, items: Iterator[wxr.Item], count: int) -> Iterable[wxr.Item]:
        """Shown on a terminal only."""
        return tqdm(items, total=count, unit="item", disable=None)

    def _print(self, report: Report, count: int, *, dry_run: bool, verbosity: int, **_: object):
        for line in report.lines(count, every_name=verbosity > 1):
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("A dry run: nothing was changed.")
