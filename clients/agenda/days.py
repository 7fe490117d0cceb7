"""Which days the agenda shows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from accounts.validators import year_makes_sense
from clients.dates import Span

WEEK = 7


@dataclass(frozen=True)
class Days(Span):
    """One day, or a week from Monday to Sunday."""

    @property
    def is_week(self) -> bool:
        return self.first != self.last

    @property
    def each(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def moved(self, by: int) -> "Days":
        """The span of the same length that many spans later."""
        step = timedelta(days=by * (WEEK if self.is_week else 1))
        return Days(self.first + step, self.last + step)


def day(one: date) -> Days:
    return Days(one, one)


def week_of(one: date) -> Days:
    monday = one - timedelta(days=one.weekday())
    return Days(monday, monday + timedelta(days=WEEK - 1))


def from_query(query: Mapping, today: date) -> Days:
    """The day or week that a query names; today, if it names none that makes sense."""
    if chosen := _date(query.get("week")):
        return week_of(chosen)
    return day(_date(query.get("day")) or today)


def _date(text: str | None) -> date | None:
    try:
        chosen = date.fromisoformat(text or "")
        year_makes_sense(chosen)
    except (ValueError, ValidationError):
        return None
    return chosen
