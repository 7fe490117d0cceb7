"""Reliable change in the practice, dimension by dimension: people counted, small groups hidden."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils.translation import get_language

from assessments.models import InstrumentVersion
from clients.dates import Span
from clients.models import AnonymousStatistic, ReliableChange
from clients.models.reliable_change import ChangeVerdict
from clients.statistics.small_cells import FEWEST, hide

ORDER = (ChangeVerdict.LOWER, ChangeVerdict.NEITHER, ChangeVerdict.HIGHER, ChangeVerdict.UNKNOWN)


@dataclass(frozen=True)
class ChangeFigures:
    """People measured at least twice, by what their latest result says beside their first one.

    `counts` as in ORDER, None where hidden; `lower_share` in percent of those for whom it can be
    told, None where that would tell a hidden group, or where it can be told for fewer than five.
    """

    instrument: str
    title: str
    counts: tuple[int | None, ...]
    lower_share: int | None


def changes(span: Span) -> list[ChangeFigures]:
    """Three queries, whatever the rows: the living, and the bare numbers kept of those erased."""
    found: dict[tuple[str, str], Counter] = defaultdict(Counter)
    titles: dict[tuple[str, str], str] = {}
    living = ReliableChange.objects.filter(at__gte=span.starts_at, at__lt=span.ends_at).order_by()
    for slug, scale, told, people, title in living.values_list(
        "instrument__slug", "scale", "since_first"
    ).annotate(Count("client", distinct=True), Max("title")):
        found[slug, scale][told] += people
        titles[slug, scale] = title
    kept = AnonymousStatistic.objects.filter(
        kind=AnonymousStatistic.Kind.CHANGE,
        month__gte=span.first.replace(day=1),
        month__lte=span.last,
    )
    for slug, scale, told, people in (
        kept.order_by().values_list("instrument__slug", "scale", "told").annotate(Count("pk"))
    ):
        found[slug, scale][told] += people
    called = InstrumentVersion.objects.titles(get_language() or "")
    return [
        _figures(called.get(slug, slug), titles.get((slug, scale), scale), counts)
        for (slug, scale), counts in sorted(found.items())
    ]


def _figures(instrument: str, title: str, counts: Counter) -> ChangeFigures:
    shown = hide([counts[told] for told in ORDER])
    told = [count for count in shown[:3] if count is not None]
    known = sum(told)
    share = round(100 * told[0] / known) if len(told) == 3 and known >= FEWEST else None
    return ChangeFigures(instrument, title, shown, share)
