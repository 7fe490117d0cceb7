"""The results that a client shared, and when they were last measured."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from assessments.models import Attempt, Instrument
from clients.models import Client, SharedResult
from clients.results import retest


def shared_results(client: Client) -> QuerySet[SharedResult]:
    """The shared results, newest first, decrypted. Five queries."""
    attempts = Prefetch("attempt", Attempt.objects.for_reading())
    return client.shared_results.prefetch_related(attempts)


@dataclass(frozen=True)
class Measurement:
    """The latest shared result, and until when a retest would be too soon (None if it is not)."""

    instrument: Instrument
    at: datetime
    too_soon_until: datetime | None


def last_measurement(client: Client, now: datetime) -> Measurement | None:
    """The latest measurement, None without a shared result. One query."""
    latest = client.shared_results.select_related("attempt__version__instrument").first()
    if latest is None or latest.attempt.submitted_at is None:
        return None
    at = latest.attempt.submitted_at
    return Measurement(latest.attempt.version.instrument, at, retest.too_soon_until(at, now))
