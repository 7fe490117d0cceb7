"""Days in the practice's time zone, and spans of days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from clients import journey


def start_of_day(day: date) -> datetime:
    """The start of a day; for today the current time, so that the past is not changed."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    return max(begins, timezone.now())


def days_between(today: date, at: datetime) -> int:
    """0 if `at` is today, 1 if it is tomorrow, and so on."""
    return (timezone.localtime(at).date() - today).days


@dataclass(frozen=True)
class Span:
    """Whole days in the practice's time zone, both ends included."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def ends_at(self) -> datetime:
        """The first instant after the span."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def holds(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def touches(self, stay: journey.Stay) -> bool:
        return stay.since < self.ends_at and (stay.until is None or stay.until > self.starts_at)
