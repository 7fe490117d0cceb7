"""Checks that the database's policies, triggers, functions and grants are as declared."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connection

from accounts.database import rules


class Command(BaseCommand):
    help = "Names each rule of the database that is not as declared in <app>/database/*.sql."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scratch",
            action="store_true",
            help="in a new database, created from the migrations and deleted afterwards",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["scratch"]:
            before = connection.settings_dict["NAME"]
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                self._check()
            finally:
                connection.creation.destroy_test_db(before, verbosity=0)
        else:
            self._check()

    def _check(self) -> None:
        if differences := rules.differences(DEFAULT_DB_ALIAS):
            raise CommandError(
                "\n".join([*differences, "To mend this, run `manage.py migrate` as the owner."])
            )
        self.stdout.write("The rules of the database are as declared.")
