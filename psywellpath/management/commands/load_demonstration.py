"""Loads the demonstration: only with DEBUG on, and into the embedded or an empty database."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import User
from psywellpath.demonstration import PEOPLE
from psywellpath.demonstration.load import load


class Command(BaseCommand):
    help = "Loads invented people and sample articles. Refused in a real practice's database."

    def handle(self, *args, **options) -> None:
        if not settings.DEBUG:
            raise CommandError("the demonstration loads only with DEBUG on")
        embedded = connection.settings_dict["ENGINE"] == "psywellpath.embedded_postgres"
        known = User.objects.filter(email=PEOPLE[0][1]).exists()
        if not embedded and not known and User.objects.exists():
            raise CommandError(
                "this database already has people in it, and is not the embedded one"
            )
        load()
