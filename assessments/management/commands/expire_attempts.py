"""Deletes anonymous attempts that nobody kept, and says what it did. For a daily timer."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments.models import Attempt
from assessments.taking import actions as taking


class Command(BaseCommand):
    help = "Delete anonymous attempts begun longer ago than ANONYMOUS_ATTEMPT_DAYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        days = settings.ANONYMOUS_ATTEMPT_DAYS
        before = timezone.now() - timedelta(days=days)
        gone = taking.expire(before=before, dry_run=options["dry_run"])
        younger = Attempt.objects.anonymous().filter(started_at__gte=before).count()
        did = "Would delete" if options["dry_run"] else "Deleted"
        self.stdout.write(
            f"{did} {gone.attempts} anonymous attempts begun before"
            f" {timezone.localtime(before):%Y-%m-%d %H:%M} ({days} days ago), with {gone.answers}"
            f" answers and {gone.results} results; {younger} younger ones stay."
        )
