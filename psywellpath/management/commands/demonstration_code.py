"""The second-factor codes of the demonstration's staff, as of now."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from psywellpath import demonstration


class Command(BaseCommand):
    help = "Prints the codes that the demonstration's staff would read from their telephones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="of one person: prints the six digits alone")

    def handle(self, *, email: str | None, **options) -> None:
        if not settings.DEBUG:
            raise CommandError("The demonstration is for DEBUG only, and so are its codes.")
        codes = demonstration.codes()
        if email and email not in codes:
            raise CommandError(f"{email} is not one of the demonstration's staff with an app.")
        lines = [codes[email]] if email else [f"{who:<24}{code}" for who, code in codes.items()]
        self.stdout.write("\n".join(lines) or "The demonstration is not loaded.")
