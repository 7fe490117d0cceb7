"""Checks an instrument file and stores it as a version. Idempotent."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.catalogue import actions as catalogue
from assessments.instruments.file import InstrumentFaults, read_definition
from assessments.management.refusal import refuse
from assessments.models import Audience


class Command(BaseCommand):
    help = "Store an instrument file (JSON) as a draft version, and optionally publish it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="offer it, and retire the version offered until now",
        )
        parser.add_argument(
            "--audience",
            choices=Audience.values,
            help="who may take it: everyone (it is listed on the public page), clients, or only"
            " people who were asked (the default for a new instrument); an existing instrument"
            " keeps its audience unless this is given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            version, created = catalogue.load_instrument(
                definition=read_definition(path.read_bytes()),
                audience=Audience(options["audience"]) if options["audience"] else None,
            )
        except InstrumentFaults as faults:
            refuse(self, faults.problems)
        except catalogue.ContentDiffers as stored:
            refuse(
                self,
                [f"/version: {stored} is already stored with different content; use a new version"],
            )
        except OSError as error:
            refuse(self, [f"{path}: {error.strerror}"])
        if options["publish"]:
            catalogue.publish(version=version)
        what = "stored" if created else "already stored with this content"
        offered = version.status == version.Status.PUBLISHED
        to = f"; audience: {version.instrument.audience}" if offered else ""
        self.stdout.write(f"{version}: {what}; {version.status}{to}")
