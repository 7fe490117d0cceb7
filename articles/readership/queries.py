"""What editors see of their readers."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Sum
from django.utils import timezone

from articles.models import MissedSearch, ReaderCount

DAYS, SHOWN = 30, 8


@dataclass(frozen=True)
class Read:
    """How one article was read within DAYS days."""

    pk: int
    title: str
    views: int
    helpful: int
    answers: int


@dataclass(frozen=True)
class Readership:
    read: list[Read]
    missed: list[MissedSearch]
    days: int = DAYS


def lately(today: date | None = None) -> Readership:
    """The articles that were read most, and what was looked for in vain. Two queries."""
    since = (today or timezone.localdate()) - timedelta(days=DAYS)
    sums = (
        ReaderCount.objects.filter(day__gt=since)
        .values("article", title=F("article__title"))
        .annotate(seen=Sum("views"), good=Sum("helpful"), bad=Sum("unhelpful"))
        .order_by("-seen", "title")[:SHOWN]
    )
    read = [
        Read(row["article"], row["title"], row["seen"], row["good"], row["good"] + row["bad"])
        for row in sums
    ]
    return Readership(read, list(MissedSearch.objects.filter(last_on__gt=since)[:SHOWN]))
