"""For cron, every few minutes: links what came to the audit trail since, and prints the head."""

import sys

from django.core.management.base import BaseCommand
from tqdm import tqdm

from accounts.audit import chain


class Command(BaseCommand):
    help = (
        "Seals new rows of the audit trail into its hash chain, and prints the head. Keep the head"
        " outside this machine: `verify_trail --head` then says whether the chain was rewritten."
    )

    def handle(self, **options) -> None:
        many = chain.unsealed().count()
        made = chain.seal(
            lambda rows: tqdm(rows, total=many, disable=many < 5000, unit="row", file=sys.stderr)
        )
        last = chain.head()
        digest = last.digest if last else chain.FIRST
        self.stdout.write(
            f"{made} rows sealed, {last.number if last else 0} in all. Head: {digest}"
        )
