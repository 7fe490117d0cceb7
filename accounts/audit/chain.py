"""The chain over the audit log: `extend` adds the rows that came since, `verify` walks it all.

Requests write their rows without waiting for one another; linking comes after, of rows that are
committed. A row whose transaction ends late is simply linked by a later run.
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
ONE_AT_A_TIME = 0x7472_6169_6C  # An advisory lock of our own.
BATCH = 2000
# A row is written when its request begins and seen when it ends; nothing honest takes longer.
LATE = timedelta(hours=1)
COLUMNS = [column.attname for column in AuditEvent._meta.concrete_fields]

Progress = Callable[[Iterable], Iterable]


def canonical(row: dict) -> str:
    """A row as text, always the same; empty columns are left out, so that new ones may come."""
    said = {name: value for name, value in row.items() if value not in (None, "")}
    for name, value in said.items():
        if isinstance(value, datetime):  # To the microsecond, which JSON would cut.
            said[name] = value.astimezone(UTC).isoformat()
    return json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=True)


def digest_of(before: str, number: int, linked_at: datetime, row: dict) -> str:
    """The digest of one link."""
    head = {"before": before, "number": number, "linked_at": linked_at}
    return hashlib.sha256(f"{canonical(head)}\n{canonical(row)}".encode()).hexdigest()


def head() -> AuditLink | None:
    """The last link. One query."""
    return AuditLink.objects.order_by("-number").first()


def unlinked():
    """What came since the last run, the oldest first."""
    links = AuditLink.objects.filter(event=OuterRef("pk"))
    return AuditEvent.objects.filter(~Exists(links)).order_by("at", "pk")


@transaction.atomic
def extend(progress: Progress = iter) -> int:
    """Adds every committed row that has no link yet; how many. One run at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    last, now, made = head(), timezone.now(), 0
    number, digest = (last.number, last.digest) if last else (0, FIRST)
    rows = unlinked().values(*COLUMNS).iterator(chunk_size=BATCH)
    coming = iter(progress(rows))
    while some := list(islice(coming, BATCH)):
        links = []
        for row in some:
            number += 1
            digest = digest_of(digest, number, now, row)
            links.append(AuditLink(number=number, event=row["id"], linked_at=now, digest=digest))
        AuditLink.objects.bulk_create(links)
        made += len(links)
    return made


@dataclass
class Verdict:
    """What a walk along the chain found; `problems` in the order of the chain."""

    links: int = 0
    head: str = FIRST
    waiting: int = 0
    kept_head_found: bool = True
    problems: list[str] = field(default_factory=list)

    def complain(self, text: str) -> None:
        if len(self.problems) < 100:
            self.problems.append(text)


def verify(kept: str | None = None, progress: Progress = iter) -> Verdict:
    """Walks the chain and recomputes each link. `kept`: a head that was printed before.

    Constant memory; about as long as reading the audit log once.
    """
    found = Verdict(kept_head_found=kept is None or kept == FIRST)
    before, runs = FIRST, Runs()
    for link, row in progress(_pairs()):
        found.links += 1
        found.kept_head_found |= link.digest == kept
        if link.number != found.links:
            found.complain(f"link {found.links} is gone: the next is {link.number}")
            found.links = link.number
        if row is None:
            found.complain(f"link {link.number}: its row {link.event} was deleted")
        elif digest_of(before, link.number, link.linked_at, row) != link.digest:
            found.complain(f"link {link.number}: row {link.event} or the chain was changed")
        elif runs.too_old(link.linked_at, row["at"]):
            found.complain(f"link {link.number}: row {link.event} is dated back")
        before = found.head = link.digest
    _judge_waiting(found)
    if not found.kept_head_found:
        found.complain("the head that was kept is not in the chain: it was cut off or rewritten")
    return found


class Runs:
    """When the run before the present one was: what it should have seen can't come later."""

    def __init__(self) -> None:
        self.before: datetime | None = None
        self.now: datetime | None = None

    def too_old(self, linked_at: datetime, at: datetime) -> bool:
        if linked_at != self.now:
            self.before, self.now = self.now, linked_at
        return bool(self.before and at < self.before - LATE)


def _judge_waiting(found: Verdict) -> None:
    """Rows without a link wait for the next run, unless the last one should have seen them."""
    waiting, last = unlinked(), head()
    found.waiting = waiting.count()
    if last:
        for row in waiting.filter(at__lt=last.linked_at - LATE)[:20]:
            found.complain(f"row {row.pk} is dated back: the last run would have linked it")


def _pairs() -> Iterator[tuple[AuditLink, dict | None]]:
    """Each link with the columns of its row, None where that is gone. Two queries a batch."""
    number = -1
    while links := list(AuditLink.objects.filter(number__gt=number).order_by("number")[:BATCH]):
        events = AuditEvent.objects.filter(pk__in=[one.event for one in links])
        rows = {row["id"]: row for row in events.values(*COLUMNS)}
        for one in links:
            yield one, rows.get(one.event)
        number = links[-1].number
