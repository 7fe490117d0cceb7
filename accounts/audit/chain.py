"""The hash chain over the audit log: `extend` links new rows, `verify` checks the whole chain.

Requests write their rows without waiting for one another. Only committed rows are linked; a row
whose transaction ends late is linked by a later run.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import AuditEvent, AuditLink

FIRST = "0" * 64
CHAIN_LOCK = 0x7472_6169_6C  # The key of the advisory lock that one run at a time holds.
BATCH = 2000
# A row is dated while its request runs and visible when it ends: no honest row is later than this.
LATE = timedelta(hours=1)
COLUMNS = [column.attname for column in AuditEvent._meta.concrete_fields]

Progress = Callable[[Iterable], Iterable]


def canonical(row: dict) -> str:
    """A row as text, always the same for the same values.

    Empty columns are left out, so that a column that is added later changes no old digest.
    """
    filled = {name: value for name, value in row.items() if value not in (None, "")}
    for name, value in filled.items():
        if isinstance(value, datetime):  # To the microsecond, which the JSON encoder would drop.
            filled[name] = value.astimezone(UTC).isoformat()
    return json.dumps(filled, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=True)


def digest_of(before: str, number: int, linked_at: datetime, row: dict) -> str:
    """The digest of one link."""
    head = {"before": before, "number": number, "linked_at": linked_at}
    return hashlib.sha256(f"{canonical(head)}\n{canonical(row)}".encode()).hexdigest()


def head() -> AuditLink | None:
    """The last link. One query."""
    return AuditLink.objects.order_by("-number").first()


def unlinked():
    """The rows without a link, oldest first."""
    links = AuditLink.objects.filter(event=OuterRef("pk"))
    return AuditEvent.objects.filter(~Exists(links)).order_by("at", "pk")


@transaction.atomic
def extend(progress: Progress = iter) -> int:
    """Links every committed row that has no link yet; returns how many. One run at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = head()
    now = timezone.now()
    count = 0
    number, digest = (last.number, last.digest) if last else (0, FIRST)
    rows = unlinked().values(*COLUMNS).iterator(chunk_size=BATCH)
    remaining = iter(progress(rows))
    while batch := list(islice(remaining, BATCH)):
        links = []
        for row in batch:
            number += 1
            digest = digest_of(digest, number, now, row)
            links.append(AuditLink(number=number, event=row["id"], linked_at=now, digest=digest))
        AuditLink.objects.bulk_create(links)
        count += len(links)
    return count


@dataclass
class Verdict:
    """The result of checking the chain; `problems` are in the order of the chain."""

    links: int = 0
    head: str = FIRST
    waiting: int = 0
    expected_head_found: bool = True
    problems: list[str] = field(default_factory=list)

    def add_problem(self, text: str) -> None:
        if len(self.problems) < 100:
            self.problems.append(text)


def verify(expected_head: str | None = None, progress: Progress = iter) -> Verdict:
    """Recomputes each link of the chain. `expected_head`: a head that was printed earlier.

    Memory is constant; the time is about that of reading the audit log once.
    """
    verdict = Verdict(expected_head_found=expected_head in (None, FIRST))
    before, runs = FIRST, Runs()
    for link, row in progress(_links_with_rows()):
        verdict.links += 1
        verdict.expected_head_found |= link.digest == expected_head
        if link.number != verdict.links:
            verdict.add_problem(f"link {verdict.links} is gone: the next is {link.number}")
            verdict.links = link.number
        if row is None:
            verdict.add_problem(f"link {link.number}: its row {link.event} was deleted")
        elif digest_of(before, link.number, link.linked_at, row) != link.digest:
            verdict.add_problem(f"link {link.number}: row {link.event} or the chain was changed")
        elif runs.too_old(link.linked_at, row["at"]):
            verdict.add_problem(f"link {link.number}: row {link.event} is backdated")
        before = verdict.head = link.digest
    _check_unlinked(verdict)
    if not verdict.expected_head_found:
        verdict.add_problem(
            "the expected head is not in the chain: the chain was cut off or rewritten"
        )
    return verdict


class Runs:
    """The times of this run and of the one before it, which should have linked older rows."""

    def __init__(self) -> None:
        self.before: datetime | None = None
        self.now: datetime | None = None

    def too_old(self, linked_at: datetime, at: datetime) -> bool:
        if linked_at != self.now:
            self.before, self.now = self.now, linked_at
        return bool(self.before and at < self.before - LATE)


def _check_unlinked(verdict: Verdict) -> None:
    """Rows without a link wait for the next run, unless the last run should have linked them."""
    waiting, last = unlinked(), head()
    verdict.waiting = waiting.count()
    if last:
        for row in waiting.filter(at__lt=last.linked_at - LATE)[:20]:
            verdict.add_problem(f"row {row.pk} is backdated: the last run would have linked it")


def _links_with_rows() -> Iterator[tuple[AuditLink, dict | None]]:
    """Each link with the columns of its row, or None if the row is gone. Two queries a batch."""
    number = -1
    while links := list(AuditLink.objects.filter(number__gt=number).order_by("number")[:BATCH]):
        events = AuditEvent.objects.filter(pk__in=[one.event for one in links])
        rows = {row["id"]: row for row in events.values(*COLUMNS)}
        for one in links:
            yield one, rows.get(one.event)
        number = links[-1].number
