"""Recomputes the statistics that lists of clients are compared with, and counts the answers that
wait for the statistics of their questionnaire. Run once a day by cron."""

import sys

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from assessments.models import InstrumentVersion
from assessments.practice_data.actions import count_waiting
from clients.statistics import recompute_statistics


class Command(BaseCommand):
    help = (
        "Recomputes how long clients usually stay on each step, and each client's changes between"
        " results, and counts answers in whole batches of ten people. Running it again without new"
        " data changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count the clients")

    def handle(self, *, dry_run: bool, **options) -> None:
        measured = recompute_statistics.measured_twice()
        if dry_run:
            self.stdout.write(f"{measured.count()} clients measured twice; nothing changed.")
            return
        known_steps = recompute_statistics.usual_stays()
        done = 0
        for client in tqdm(
            measured.iterator(), total=measured.count(), unit="client", file=sys.stderr,
            disable=None,
        ):  # fmt: skip
            recompute_statistics.changes_of(client)
            done += 1
        counted = sum(count_waiting(version=version) for version in InstrumentVersion.objects.all())
        self.stdout.write(
            f"{known_steps} steps with a usual stay; changes of {done} clients;"
            f" answers of {counted} people counted."
        )
