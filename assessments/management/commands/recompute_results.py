"""Scores every submitted attempt again and reports each difference. Overwrites nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from accounts.encryption import data_keys
from assessments.models import Attempt
from assessments.results import rescoring
from assessments.scoring import engine

CHUNK = 500


class Command(BaseCommand):
    help = "Score all submitted attempts again with this engine and report what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help="add a new result beside each one that differs"
        )

    @data_keys.key_cache()
    def handle(self, *args: Any, **options: Any) -> None:
        submitted = Attempt.objects.submitted().for_reading()
        total, differing, written, unreadable = submitted.count(), 0, 0, 0
        attempts = tqdm(
            submitted.iterator(chunk_size=CHUNK), total=total, unit=" attempts", disable=None
        )
        for attempt in attempts:
            if attempt.unreadable:
                unreadable += 1
                tqdm.write(
                    f"attempt {attempt.pk}: cannot be decrypted, left as it is", file=self.stdout
                )
                continue
            difference = rescoring.difference(attempt)
            if difference is None:
                continue
            differing += 1
            tqdm.write(f"attempt {attempt.pk}: {difference}", file=self.stdout)
            if options["write"]:
                written += rescoring.write(attempt)
        outcome = f"{written} new results written beside the old ones" if options["write"] else (
            "nothing written (--write adds new results beside the old ones)"
        )  # fmt: skip
        self.stdout.write(
            f"{total - unreadable} attempts scored again by engine {engine.ENGINE_VERSION}:"
            f" {differing} differ, {outcome}."
        )
