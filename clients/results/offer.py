"""What a client may do with their own result: the part of its page that offers to share it."""

from django.http import HttpRequest

from assessments.models import Attempt
from clients.models import CareLink, Client


def beside(request: HttpRequest, attempt: Attempt) -> dict[str, object]:
    """`sharing`: "shared", "offered", or "" for somebody without a therapist. Three queries for a
    client, none for a visitor."""
    client = Client.objects.of(request.user) if attempt.user_id else None
    if client is None:
        return {"sharing": ""}
    if client.shared_results.filter(attempt=attempt).exists():
        return {"sharing": "shared"}
    cared = CareLink.objects.filter(client=client).going_on().exists()
    return {"sharing": "offered" if cared else ""}
