"""The results that a client shared, and when they were last measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from accounts.database.together import Loader, attach, load
from assessments.models import (
    Answer,
    Attempt,
    Instrument,
    InstrumentVersion,
    Result,
    ScaleFact,
)
from clients.models import Client, SharedResult
from clients.results import retest


def load_shared(shared: QuerySet[SharedResult]) -> Loader[list[SharedResult]]:
    """Shared results with all that reading them needs, newest first. One instance of each version
    of a questionnaire, so that its definition is read once."""
    listed = shared.order_by()
    yield (listed,)
    ids = [one.attempt_id for one in listed]
    attempts = Attempt.objects.filter(pk__in=ids).order_by().select_related("version__instrument")
    answers = Answer.objects.filter(attempt__in=ids)
    results = Result.objects.filter(attempt__in=ids)
    facts = ScaleFact.objects.filter(version__in=attempts.values("version"))
    yield attempts, answers, results, facts
    versions: dict[UUID, InstrumentVersion] = {}
    for attempt in attempts:
        attempt.version = versions.setdefault(attempt.version_id, attempt.version)
    attach(attempts, "answers", answers)
    attach(attempts, "results", results)
    attach(versions.values(), "facts", facts)
    read = {attempt.pk: attempt for attempt in attempts}
    for one in listed:
        one.attempt = read[one.attempt_id]
    return sorted(listed, key=lambda one: one.attempt.submitted_at or one.shared_at, reverse=True)


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
    return load(load_measurements(client, now))


def load_measurements(client: Client, now: datetime) -> Loader[dict[UUID, Measurement]]:
    """The same together with other rows. The questionnaires themselves are not read."""
    found: dict[UUID, Measurement] = {}
    results = client.shared_results.select_related("attempt__version__instrument")
    results = results.defer("attempt__version__definition")
    yield (results,)
    for shared in results:
        instrument, at = shared.attempt.version.instrument, shared.attempt.submitted_at
        if at is not None and instrument.pk not in found:
            until = retest.too_soon_until(at, now, timedelta(days=instrument.retest_days))
            found[instrument.pk] = Measurement(instrument, at, until)
    return found
