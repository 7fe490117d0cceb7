"""Who cares for a client, as the pages show it."""

from clients.models import CareLink, Client


def carers(client: Client) -> dict[str, object]:
    """Who cares for a client now, and who will: therapists, not those who were. Two queries."""
    links = CareLink.objects.filter(client=client).of_therapists().select_related("therapist")
    return {"links": links.current(), "planned_links": links.planned()}
