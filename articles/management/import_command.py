"""What the commands that import from other systems have in common: options, and the report."""

from collections.abc import Iterable
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles.imports import report_page
from articles.imports.import_report import Report


class ImportCommand(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
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

    def tell(self, report: Report, count: int, page: Path | None, **options: Any) -> None:
        for line in report.lines(count, every_name=options["verbosity"] > 1):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("A dry run: nothing was changed.")
        if page:
            text = report_page.page(report, count, settings.SITE_URL, dry_run=options["dry_run"])
            page.write_text(text, encoding="utf-8")


def bar(texts: Iterable[Any], count: int | None = None) -> Iterable[Any]:
    """Shown on a terminal only. `count`: of texts that do not know how many they are."""
    return tqdm(texts, total=count, unit="text", disable=None)


def refusal(name: str, error: Exception) -> CommandError:
    """What is said of a file or folder that could not be imported; its transaction is undone."""
    reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return CommandError(f"{name}: {reason}. Nothing was changed.", returncode=2)


def folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise CommandError(f"{name}: no such folder", returncode=2)
    return path


def tags(choice: str) -> int | None:
    """How many posts a tag needs to become a topic; None: no tag does."""
    if choice == "skip":
        return None
    if choice == "topics":
        return 1
    if not choice.isascii() or not choice.isdigit():
        raise CommandError(f"{choice}: neither skip nor topics nor a number", returncode=2)
    return int(choice)


def zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"{name}: unknown time zone", returncode=2) from error
