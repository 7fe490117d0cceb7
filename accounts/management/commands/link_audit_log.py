"""For cron, every few minutes: links new rows of the audit log, and prints the head."""

import sys

from django.core.management.base import BaseCommand
from tqdm import tqdm

from accounts.audit import chain


class Command(BaseCommand):
    help = (
        "Links new rows of the audit log into its hash chain, and prints the head. Store the head"
        " outside this machine: `verify_audit_log --head` then reports a rewritten chain."
    )

    def handle(self, **options) -> None:
        total = chain.unlinked().count()
        linked = chain.extend(
            lambda rows: tqdm(rows, total=total, disable=total < 5000, unit="row", file=sys.stderr)
        )
        last = chain.head()
        digest = last.digest if last else chain.FIRST
        self.stdout.write(
            f"{linked} rows linked, {last.number if last else 0} in all. Head: {digest}"
        )
