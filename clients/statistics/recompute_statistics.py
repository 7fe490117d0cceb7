"""Recomputes stored statistics, so that lists need not compute them."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django_tasks import task

from accounts.database.together import load
from assessments.models import InstrumentVersion
from clients.models import Client, ReliableChange, SharedResult, Step
from clients.results import reliable_changes
from clients.statistics import practice

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@transaction.atomic
def usual_stays() -> int:
    """Stores on each step how long stays usually last. Returns the number of steps for which it is
    known. Nine queries."""
    stays = load(practice.finished_stays(BEGINNING, timezone.now()))
    for step in Step.objects.all():
        _low, step.usual_days, step.long_days = stays.get(step.number, (None, None, None))
        step.save(update_fields=["usual_days", "long_days"])
    return len(stays)


def measured_twice() -> QuerySet[Client]:
    """Clients who share two results now, or did at the last run."""
    of_client = {"client": OuterRef("pk")}
    second = SharedResult.objects.filter(**of_client).order_by("pk")[1:2]
    return Client.objects.filter(
        Exists(second) | Exists(ReliableChange.objects.filter(**of_client))
    )


@transaction.atomic
def changes_of(client: Client) -> None:
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    reliable_changes.recompute(client)


def after_fact(version: InstrumentVersion) -> None:
    """A reliability was added: the changes of those who filled in this questionnaire may be
    computable now. A worker computes them, since a manager cannot read results."""
    key = str(version.instrument_id)
    transaction.on_commit(lambda: recompute_changes.enqueue(key))


@task()
def recompute_changes(instrument_id: str) -> int:
    """Recomputes the changes of every client who shares two results of one questionnaire. Returns
    how many there are."""
    results = SharedResult.objects.filter(attempt__version__instrument=UUID(instrument_id))
    clients = measured_twice().filter(pk__in=results.values("client"))
    for client in clients.iterator():
        changes_of(client)
    return clients.count()
