"""Checks an instrument file and stores it as a version; the same content again changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.catalogue import actions as catalogue
from assessments.instruments.file import InstrumentFaults, read_definition
from assessments.management.refusal import refuse
from assessments.models import Audience


class Command(BaseCommand):
    help = "Store an instrument file (JSON) as a draft version, or publish it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")
        parser.add_argument(
            "--publish", action="store_true", help="offer it; the version offered so far retires"
        )
        parser.add_argument(
            "--audience",
            choices=Audience.values,
            help="who may take it: everyone (the public page shows it), clients, or only who was"
            " asked; without it nothing changes, and a new instrument is for those who are asked",
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
        except catalogue.Differs as stored:
            refuse(self, [f"/version: {stored} is stored with another content; give a new version"])
        except OSError as error:
            refuse(self, [f"{path}: {error.strerror}"])
        if options["publish"]:
            catalogue.publish(version=version)
        what = "stored" if created else "was there already, with this content"
        offered = version.status == version.Status.PUBLISHED
        to = f"; audience: {version.instrument.audience}" if offered else ""
        self.stdout.write(f"{version}: {what}; {version.status}{to}")
