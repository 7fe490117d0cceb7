"""Keeping what `ReliableChange` says in step with the results that a client shares."""

from collections.abc import Iterable
from itertools import groupby

from assessments.models import Attempt
from assessments.results.history import as_taken, is_unreadable
from assessments.statistics.attempt_comparison import Comparison, compare
from assessments.statistics.reliable_change import Direction
from clients.models import Client, ReliableChange
from clients.models.reliable_change import ChangeVerdict


def keep(client: Client) -> None:
    """Works out one client's changes anew. Seven queries; the caller's transaction."""
    shared = Attempt.objects.filter(sharing__client=client).for_reading()
    rows = [row for found in _families(shared) for row in _latest(client, found)]
    ReliableChange.objects.filter(client=client).delete()
    ReliableChange.objects.bulk_create(rows)


def _families(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    """Oldest first, by questionnaire and whom it is about."""

    def family(attempt: Attempt) -> tuple[str, str]:
        return str(attempt.version.instrument_id), attempt.target

    readable = (a for a in attempts if a.result and not is_unreadable(a))
    scored = sorted(readable, key=lambda a: (family(a), a.submitted_at))
    return [list(group) for _family, group in groupby(scored, key=family)]


def _latest(client: Client, attempts: list[Attempt]) -> list[ReliableChange]:
    if len(attempts) < 2:
        return []
    last, entries = attempts[-1], [as_taken(attempt) for attempt in attempts]
    return [
        ReliableChange(
            client=client, instrument_id=last.version.instrument_id, target=last.target,
            scale=scale.id, title=scale.title[:200], at=entries[-1].at,
            since_first=told(compare(entries[0], entries[-1], scale)),
            since_before=told(compare(entries[-2], entries[-1], scale)),
        )
        for scale in entries[-1].instrument.scales
    ]  # fmt: skip


def told(comparison: Comparison) -> ChangeVerdict:
    """One word for it, as the pages say it at length."""
    change = comparison.change
    if change is None:
        return ChangeVerdict.UNKNOWN
    if not change.reliable:
        return ChangeVerdict.NEITHER
    return ChangeVerdict.LOWER if change.direction is Direction.LOWER else ChangeVerdict.HIGHER


def is_higher(change: ReliableChange) -> bool:
    """As `ReliableChangeQuerySet.higher`, of one row."""
    return ChangeVerdict.HIGHER in (change.since_first, change.since_before)
