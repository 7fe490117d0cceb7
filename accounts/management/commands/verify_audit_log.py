"""Verifies the hash chain and reports what was changed, deleted or inserted."""

import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from accounts.audit import chain
from accounts.models import AuditLink


class Command(BaseCommand):
    help = "Verifies the hash chain over the audit log. Exit status 1 where it does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", help="a head that `link_audit_log` printed, stored elsewhere")

    def handle(self, *, head: str | None, **options) -> None:
        total = AuditLink.objects.count()
        verdict = chain.verify(
            head,
            lambda rows: tqdm(rows, total=total, disable=total < 5000, unit="row", file=sys.stderr),
        )
        for problem in verdict.problems:
            self.stderr.write(problem)
        if verdict.problems:
            raise CommandError(f"The audit log is not intact: {len(verdict.problems)} problems.")
        self.stdout.write(
            f"{verdict.links} rows are intact, {verdict.waiting} wait to be linked."
            f" Head: {verdict.head}"
        )
