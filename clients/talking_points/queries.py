"""What a client brings to the next session, and whether they can add to it."""

from django.db.models import QuerySet

from clients.models import CareLink, Client
from clients.rights.queries import lacking
from clients.talking_points.refusals import Refusal, refusal

TALKED_ABOUT = 20  # How many of those that were talked about a page shows.


def items(client: Client) -> dict[str, QuerySet]:
    """The open items and the latest that were talked about. Two queries."""
    return {
        "talking_points": client.talking_points.open(),
        "talked_about": client.talking_points.talked_about()[:TALKED_ABOUT],
    }


def refusal_for(client: Client) -> Refusal | None:
    """Why the client can add nothing now. Two queries."""
    return refusal(
        client.journey.status,
        has_therapist=CareLink.objects.filter(client=client).going_on().exists(),
        withdrawn=bool(lacking(client).withdrawn),
    )
