"""For cron, once a night: deletes what is past its time, by the table of retention.py."""

import sys
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from tqdm import tqdm

from accounts.audit import recording as audit
from accounts.encryption import data_keys
from psywellpath import retention
from psywellpath.audit_verbs import OperationVerb

BATCH = 500
LONG = 5000


class Command(BaseCommand):
    help = "Deletes rows that are past their time, and says how many of each kind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and delete nothing")

    def handle(self, *, dry_run: bool, **options) -> None:
        now, did = timezone.now(), "would be deleted" if dry_run else "deleted"
        for label in retention.timed():
            rows = retention.overdue(label, now)
            gone = rows.count() if dry_run else self._delete(label, rows)
            days = retention.RULES[label].days
            self.stdout.write(f"{label}: {gone} {did} (kept for {days} days)")

    def _delete(self, label: str, rows: QuerySet) -> int:
        """In batches, each its own transaction: stopped half-way, the next run goes on."""
        gone, many = 0, rows.count()
        with tqdm(total=many, disable=many < LONG, desc=label, file=sys.stderr) as bar:
            while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
                with transaction.atomic():
                    # Asked once more: what was taken up meanwhile stays.
                    found = rows.filter(pk__in=keys).select_for_update(of=("self",))
                    keys = list(found.values_list("pk", flat=True))
                    _all, of_each = rows.filter(pk__in=keys).delete()
                    # What belongs to nobody has a key of its own.
                    data_keys.forget(key for key in keys if isinstance(key, UUID))
                    some = of_each.get(label, 0)
                    if some:
                        audit.record(OperationVerb.TIDIED, by=None, target=f"{label} {some}")
                if not some:
                    break
                gone += some
                bar.update(some)
        return gone
