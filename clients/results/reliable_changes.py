"""Keeps the rows of `ReliableChange` up to date with the results that a client shares."""

from collections.abc import Iterable
from itertools import groupby

from assessments.models import Attempt
from assessments.results.history import is_unreadable, scored_attempt
from assessments.statistics.attempt_comparison import Comparison, baseline, compare
from assessments.statistics.reliable_change import Direction
from clients.models import Client, ReliableChange
from clients.models.reliable_change import ChangeVerdict


def recompute(client: Client) -> None:
    """Recomputes one client's changes. Seven queries. Call it in a transaction."""
    shared = Attempt.objects.filter(sharing__client=client).for_reading()
    rows = [row for attempts in _families(shared) for row in _latest(client, attempts)]
    ReliableChange.objects.filter(client=client).delete()
    ReliableChange.objects.bulk_create(rows)


def _families(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    """Groups attempts by questionnaire and target person, oldest first."""

    def family(attempt: Attempt) -> tuple[str, str]:
        return str(attempt.version.instrument_id), attempt.target

    readable = (a for a in attempts if a.result and not is_unreadable(a))
    scored = sorted(readable, key=lambda a: (family(a), a.submitted_at))
    return [list(group) for _family, group in groupby(scored, key=family)]


def _latest(client: Client, attempts: list[Attempt]) -> list[ReliableChange]:
    if len(attempts) < 2:
        return []
    last, entries = attempts[-1], [scored_attempt(attempt) for attempt in attempts]
    first = baseline(entries)
    return [
        ReliableChange(
            client=client, instrument_id=last.version.instrument_id, target=last.target,
            scale=scale.id, title=scale.title[:200], at=entries[-1].at,
            since_first=verdict(compare(first, entries[-1], scale)),
        )
        for scale in entries[-1].instrument.scales
    ]  # fmt: skip


def verdict(comparison: Comparison) -> ChangeVerdict:
    """The verdict of a comparison."""
    change = comparison.change
    if change is None:
        return ChangeVerdict.UNKNOWN
    if not change.reliable:
        return ChangeVerdict.NEITHER
    return ChangeVerdict.LOWER if change.direction is Direction.LOWER else ChangeVerdict.HIGHER


def is_higher(change: ReliableChange) -> bool:
    """The same rule as `ReliableChangeQuerySet.higher`, for one row."""
    return change.since_first == ChangeVerdict.HIGHER
