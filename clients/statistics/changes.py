"""Reliable change in the practice, by dimension: counts of people, with small cells suppressed."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils.translation import get_language

from accounts.database.together import Loader, rows, side_by_side
from accounts.models import ConsentKind
from accounts.models.consent import agreed
from assessments.models import InstrumentVersion
from clients.dates import Span
from clients.models import AnonymousStatistic, ReliableChange
from clients.models.result import ChangeVerdict
from clients.statistics.small_cells import FEWEST, hide

ORDER = (ChangeVerdict.LOWER, ChangeVerdict.NEITHER, ChangeVerdict.HIGHER, ChangeVerdict.UNKNOWN)


@dataclass(frozen=True)
class ChangeCounts:
    """People measured at least twice, by the verdict on their latest result against their first.

    `counts` are in the order of ORDER, None if suppressed. `lower_share` is a percentage of the
    people with a known verdict; None if it would disclose a suppressed count, or if fewer than five
    people have a known verdict.
    """

    instrument: str
    title: str
    counts: tuple[int | None, ...]
    lower_share: int | None


def changes(span: Span) -> Loader[list[ChangeCounts]]:
    """Current clients and the anonymous counts of erased ones."""
    counts_of: dict[tuple[str, str], Counter] = defaultdict(Counter)
    titles: dict[tuple[str, str], str] = {}
    counted = ReliableChange.objects.filter(agreed(ConsentKind.STATISTICS, "client__user"))
    current = counted.filter(at__gte=span.starts_at, at__lt=span.ends_at).order_by()
    people_now = current.values_list("instrument__slug", "scale", "since_first").annotate(
        Count("client", distinct=True), Max("title")
    )
    of_erased = AnonymousStatistic.objects.filter(
        kind=AnonymousStatistic.Kind.CHANGE,
        month__gte=span.first.replace(day=1),
        month__lte=span.last,
    )
    people_erased = (
        of_erased.order_by()
        .values_list("instrument__slug", "scale", "verdict")
        .annotate(Count("pk"))
    )
    instrument_titles, _rows = yield from side_by_side(
        InstrumentVersion.objects.all().load_titles(get_language() or ""),
        rows(people_now, people_erased),
    )
    for slug, scale, verdict, people, title in people_now:
        counts_of[slug, scale][verdict] += people
        titles[slug, scale] = title
    for slug, scale, verdict, people in people_erased:
        counts_of[slug, scale][verdict] += people
    return [
        _counts(instrument_titles.get(slug, slug), titles.get((slug, scale), scale), counts)
        for (slug, scale), counts in sorted(counts_of.items())
    ]


def _counts(instrument: str, title: str, counts: Counter) -> ChangeCounts:
    counts_shown = hide([counts[verdict] for verdict in ORDER])
    known = [count for count in counts_shown[:3] if count is not None]
    total = sum(known)
    share = round(100 * known[0] / total) if len(known) == 3 and total >= FEWEST else None
    return ChangeCounts(instrument, title, counts_shown, share)
