"""Checks that the catalogues hold exactly the strings of the source; part of `make check`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "staticfiles", "tests", "benchmarks")
OPTIONS = ["--no-location", "--no-obsolete", "--verbosity=0"]
# These change with every run, or name a person or a machine.
HEADERS = ["POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team"]
HEADERS += ["Report-Msgid-Bugs-To"]


class Command(BaseCommand):
    help = "Compares the catalogues with the source; --update brings them up to date."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--update", action="store_true")

    def handle(self, *, update: bool, **options: Any) -> None:
        stale = []
        for path, fresh in self.fresh_catalogues().items():
            if path.exists() and path.read_text() == fresh:
                continue
            stale.append(str(path.relative_to(settings.BASE_DIR)))
            if update:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(fresh)
        if stale and not update:
            raise CommandError(f"Run `make messages`, then translate: {', '.join(stale)}")

    def fresh_catalogues(self) -> dict[Path, str]:
        """What makemessages writes in a copy of the project, so that nothing here changes."""
        root = settings.BASE_DIR
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "project"
            shutil.copytree(root, copy, ignore=LEFT_OUT)
            folders = [copy / path.relative_to(root) for path in map(Path, settings.LOCALE_PATHS)]
            for locale in folders:
                locale.mkdir(parents=True, exist_ok=True)
            self.make_messages(copy)
            catalogues = [path for locale in folders for path in locale.rglob("*.po")]
            return {root / path.relative_to(copy): tidy(path) for path in catalogues}

    def make_messages(self, copy: Path) -> None:
        languages = [code for code, _ in settings.LANGUAGES if not code.startswith("en")]
        done = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", "makemessages", *OPTIONS]
            + [f"--locale={language}" for language in languages],
            cwd=copy,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise CommandError(done.stderr.strip())


def tidy(path: Path) -> str:
    """The catalogue without makemessages' placeholders and the headers that change on each run."""
    catalogue = path.read_text()
    language = path.parts[-3]
    catalogue = catalogue.replace("PACKAGE VERSION", "psywellpath", 1)
    catalogue = catalogue.replace('"Language: \\n"', f'"Language: {language}\\n"', 1)
    lines = catalogue[catalogue.index("msgid") :].splitlines()
    unwanted = tuple(f'"{name}' for name in HEADERS)
    remaining = [line for line in lines if not line.startswith(unwanted)]
    return "\n".join(remaining) + "\n"
