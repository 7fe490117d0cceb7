"""The template context for who cares for a client."""

from django.db.models import QuerySet

from clients.models import CareLink, Client


def carers(client: Client) -> dict[str, QuerySet]:
    """The current and the planned care links of therapists."""
    links = CareLink.objects.filter(client=client).of_therapists().select_related("therapist")
    return {"links": links.current(), "planned_links": links.planned()}
