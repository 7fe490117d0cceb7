"""The results that a client shared, and when they were last measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

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
    return next(iter(last_measurements(client, now).values()), None)


def last_measurements(client: Client, now: datetime) -> dict[UUID, Measurement]:
    """The latest measurement by each instrument that has a shared result, newest first. One
    query."""
    found: dict[UUID, Measurement] = {}
    for shared in client.shared_results.select_related("attempt__version__instrument"):
        instrument, at = shared.attempt.version.instrument, shared.attempt.submitted_at
        if at is not None and instrument.pk not in found:
            until = retest.too_soon_until(at, now, timedelta(days=instrument.retest_days))
            found[instrument.pk] = Measurement(instrument, at, until)
    return found
