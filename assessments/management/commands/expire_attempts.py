"""Deletes old anonymous attempts and reports how many. For a daily timer."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments.models import Attempt
from assessments.taking import actions as taking


class Command(BaseCommand):
    help = "Delete anonymous attempts begun more than ANONYMOUS_ATTEMPT_DAYS ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count them, but delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        days = settings.ANONYMOUS_ATTEMPT_DAYS
        before = timezone.now() - timedelta(days=days)
        counts = taking.expire(before=before, dry_run=options["dry_run"])
        younger = Attempt.objects.anonymous().filter(started_at__gte=before).count()
        verb = "Would delete" if options["dry_run"] else "Deleted"
        self.stdout.write(
            f"{verb} {counts.attempts} anonymous attempts begun before"
            f" {timezone.localtime(before):%Y-%m-%d %H:%M} ({days} days ago), with {counts.answers}"
            f" answers and {counts.results} results; {younger} more recent ones are kept."
        )
