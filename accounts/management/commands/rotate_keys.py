"""Brings everything under the newest of FIELD_KEYS, so that an older one can be retired."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts import key_rotation
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb


class Command(BaseCommand):
    help = (
        "Wraps every data key again under the newest of FIELD_KEYS. May be interrupted and"
        " repeated; people can work meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; exit status 1 if anything is still under an older key",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            for part in key_rotation.parts():
                self.stdout.write(f"{part.name}: {self._renew(part)} brought under the newest key.")
            audit.record(AccountVerb.KEYS_ROTATED, by=None)
        left = key_rotation.behind()
        if any(left.values()):
            remaining = ", ".join(f"{count} {name}" for name, count in left.items())
            raise CommandError(f"Still under older keys: {remaining}.", returncode=1)
        self.stdout.write("Nothing is under an older key: those can be taken out of FIELD_KEYS.")

    def _renew(self, part: key_rotation.Part) -> int:
        total, done = part.behind(), 0
        with tqdm(total=total, desc=part.name, disable=not total, file=sys.stderr) as bar:
            for count in part.renew():
                done += count
                bar.update(count)
        return done
