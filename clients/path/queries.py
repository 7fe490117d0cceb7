"""The events of a path, and the facts that the rules for moves need."""

from clients import journey
from clients.models import Client, StepEvent
from clients.rights.queries import lacking


def facts_of(client: Client) -> journey.Facts:
    """The facts that the rules for moves need. Three queries."""
    consent = lacking(client)
    return journey.Facts(
        results=client.shared_results.count(),
        open_tasks=client.tasks.open().count(),
        consent_missing=bool(consent.never),
        consent_withdrawn=bool(consent.withdrawn),
    )


def moves(client: Client, *, after: int = 0) -> list[StepEvent]:
    """The events of the path after the given version, newest first. One query."""
    events = client.step_events.filter(sequence__gt=after).select_related("step", "by")
    return list(events.order_by("-sequence"))
