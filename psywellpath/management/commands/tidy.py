"""For cron, once a night: deletes rows whose retention period is over (retention.py)."""

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
    help = "Deletes rows whose retention period is over, and prints how many of each kind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and delete nothing")

    def handle(self, *, dry_run: bool, **options) -> None:
        now, outcome = timezone.now(), "would be deleted" if dry_run else "deleted"
        for label in retention.timed():
            rows = retention.overdue(label, now)
            gone = rows.count() if dry_run else self._delete(label, rows)
            days = retention.RULES[label].days
            self.stdout.write(f"{label}: {gone} {outcome} (kept for {days} days)")

    def _delete(self, label: str, rows: QuerySet) -> int:
        """Deletes in batches, each in a transaction of its own, so that an interrupted run can be
        continued by the next."""
        gone, many = 0, rows.count()
        with tqdm(total=many, disable=many < LONG, desc=label, file=sys.stderr) as bar:
            while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
                with transaction.atomic():
                    # Checked again under the lock: a row that belongs to somebody by now stays.
                    locked = rows.filter(pk__in=keys).select_for_update(of=("self",))
                    keys = list(locked.values_list("pk", flat=True))
                    _all, of_each = rows.filter(pk__in=keys).delete()
                    # A row without an owner has a data key of its own, under the row's id.
                    data_keys.forget(key for key in keys if isinstance(key, UUID))
                    some = of_each.get(label, 0)
                    if some:
                        audit.record(OperationVerb.TIDIED, by=None, target=f"{label} {some}")
                if not some:
                    break
                gone += some
                bar.update(some)
        return gone
