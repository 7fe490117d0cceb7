"""Walks the chain over the audit log and says what was changed, taken out or put in."""

import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from accounts.audit import chain
from accounts.models import AuditLink


class Command(BaseCommand):
    help = "Verifies the hash chain over the audit log. Exit status 1 where it does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", help="a head that `link_audit_log` printed, kept elsewhere")

    def handle(self, *, head: str | None, **options) -> None:
        many = AuditLink.objects.count()
        found = chain.verify(
            head,
            lambda rows: tqdm(rows, total=many, disable=many < 5000, unit="row", file=sys.stderr),
        )
        for problem in found.problems:
            self.stderr.write(problem)
        if found.problems:
            raise CommandError(f"The audit log does not hold: {len(found.problems)} problems.")
        self.stdout.write(
            f"{found.links} rows hold, {found.waiting} wait to be linked. Head: {found.head}"
        )
