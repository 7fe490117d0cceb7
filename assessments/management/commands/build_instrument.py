"""Prints an instrument file made of a published key and licensed wording."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.instruments.building import (
    WordingFaults,
    build_definition,
    read_instructions,
    read_wording,
)
from assessments.instruments.file import InstrumentFaults, read_definition
from assessments.instruments.scoring_keys import KEYS
from assessments.management.refusal import refuse


class Command(BaseCommand):
    help = "Print an instrument file made of a published key and your licensed wording."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", choices=sorted(KEYS))
        parser.add_argument("wording", type=Path, help="one item per line, in the published order")
        parser.add_argument(
            "--instructions",
            type=Path,
            required=True,
            help="a file with the authors' instructions, as they are shown above the items",
        )
        parser.add_argument("--licence", required=True, help="who permits this use of the wording")
        parser.add_argument(
            "--cuts", action="store_true", help="add cuts at the midpoint (a convention)"
        )
        parser.add_argument("--language", default="en")
        parser.add_argument("--edition", default="1.0", help="the version (default: 1.0)")
        parser.add_argument(
            "--target",
            action="append",
            default=[],
            help="a relationship to choose from; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wording = read_wording(options["wording"].read_bytes(), KEYS[options["key"]].items)
            definition = build_definition(
                options["key"],
                wording,
                instructions=read_instructions(options["instructions"].read_bytes()),
                licence=options["licence"],
                version=options["edition"],
                language=options["language"],
                midpoint_cuts=options["cuts"],
                targets=tuple(options["target"]),
            )
            printed = json.dumps(definition, ensure_ascii=False, indent=2)
            read_definition(printed.encode("utf-8", "surrogatepass"))
        except (WordingFaults, InstrumentFaults) as faults:
            refuse(self, faults.problems)
        except OSError as error:
            refuse(self, [f"{error.filename}: {error.strerror}"])
        self.stdout.write(printed)
