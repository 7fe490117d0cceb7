"""Prints the current second-factor codes of the demonstration's staff."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from psywellpath import demonstration


class Command(BaseCommand):
    help = "Prints the codes that the demonstration's staff would read from their telephones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="print this person's six digits alone")

    def handle(self, *, email: str | None, **options) -> None:
        if not settings.DEBUG:
            raise CommandError("The demonstration and its codes are available only with DEBUG on.")
        codes = demonstration.codes()
        if email and email not in codes:
            raise CommandError(
                f"{email} is not a member of the demonstration's staff with an authenticator app."
            )
        lines = [codes[email]] if email else [f"{who:<24}{code}" for who, code in codes.items()]
        self.stdout.write("\n".join(lines) or "The demonstration is not loaded.")
