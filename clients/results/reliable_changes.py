"""Keeps the rows of `ReliableChange` up to date with the results that a client shares."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from assessments.models import Attempt
from assessments.results.history import is_unreadable, scored_attempt
from assessments.statistics.attempt_comparison import (
    Comparison,
    baseline,
    comparable,
    compare,
)
from assessments.statistics.reliable_change import Direction
from clients.models import Client, ReliableChange
from clients.models.result import ChangeVerdict

# So many results, the first and the latest among them, before their sameness is worth a look.
RESULTS_WITHOUT_CHANGE = 3


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
    first, results = baseline(entries), len(comparable(entries))
    compared = [compare(first, entries[-1], scale) for scale in entries[-1].instrument.scales]
    return [
        ReliableChange(
            client=client, instrument_id=last.version.instrument_id, target=last.target,
            scale=one.scale.id, title=one.scale.title[:200], at=entries[-1].at,
            since_first=verdict(one), unchanged=one in unchanged(compared, results),
        )
        for one in compared
    ]  # fmt: skip


def unchanged(compared: Sequence[Comparison], results: int) -> list[Comparison]:
    """The dimensions of one questionnaire without reliable change over three results or more; none
    if another dimension of it is reliably lower, or it was measured too soon to tell."""
    verdicts = [verdict(one) for one in compared]
    if results < RESULTS_WITHOUT_CHANGE or ChangeVerdict.LOWER in verdicts:
        return []
    return [
        one
        for one, found in zip(compared, verdicts, strict=True)
        if found == ChangeVerdict.NEITHER and not (one.short or one.early)
    ]


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
