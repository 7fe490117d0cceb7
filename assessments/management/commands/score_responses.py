"""Scores a file of responses and prints the scores. Does not use the database."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.instruments.file import InstrumentFaults, read_instrument
from assessments.management.refusal import refuse
from assessments.scoring.response_file import ResponseFaults, score_lines


class Command(BaseCommand):
    help = "Score every row of a response file (CSV) with an instrument file (JSON)."
    # The system checks would need the database and the site's settings; this command needs neither.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("instrument", type=Path, metavar="FILE.json")
        parser.add_argument("responses", type=Path, metavar="RESPONSES.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            instrument = read_instrument(options["instrument"].read_bytes())
            # Bytes that are not UTF-8 become surrogates, which are reported as bad cells.
            with options["responses"].open(
                encoding="utf-8-sig", errors="surrogateescape", newline=""
            ) as lines:
                scores = score_lines(instrument, lines)
        except (InstrumentFaults, ResponseFaults) as faults:
            refuse(self, faults.problems)
        except OSError as error:
            refuse(self, [f"{error.filename}: {error.strerror}"])
        self.print(scores)

    def print(self, lines: list[str]) -> None:
        try:
            self.stdout.write("\n".join(lines))
            self.stdout.flush()
        except BrokenPipeError:
            # The reader (head, less) closed the pipe. The rest of the buffer is discarded, because
            # Python would report an error about it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
