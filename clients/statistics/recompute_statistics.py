"""Counting anew what is kept beside the facts, so that lists need not count it themselves."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from clients.models import Client, ReliableChange, SharedResult, Step
from clients.results import reliable_changes
from clients.statistics import figures

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@transaction.atomic
def usual_stays() -> int:
    """Writes to each step how long stays on it were; on how many that is known. Nine queries."""
    known = figures.finished_stays(BEGINNING, timezone.now())
    for step in Step.objects.all():
        _low, step.usual_days, step.long_days = known.get(step.number, (None, None, None))
        step.save(update_fields=["usual_days", "long_days"])
    return len(known)


def measured_twice() -> QuerySet[Client]:
    """Whoever shared two results, or did when this was counted last."""
    of_client = {"client": OuterRef("pk")}
    second = SharedResult.objects.filter(**of_client).order_by("pk")[1:2]
    return Client.objects.filter(
        Exists(second) | Exists(ReliableChange.objects.filter(**of_client))
    )


@transaction.atomic
def changes_of(client: Client) -> None:
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    reliable_changes.keep(client)
