"""A client's results over time, for their therapist."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Permission, SignedIn, requires
from assessments import history
from clients.loaders import load_client, load_shared_family


@requires(Permission.SEE_CASELOAD)
@require_safe
def over_time(request: SignedIn, client_id: UUID, slug: str) -> HttpResponse:
    """Every result of one questionnaire that this client shared."""
    record = load_client(request, client_id)
    attempts = load_shared_family(record, slug)
    for attempt in attempts:
        audit.record(
            audit.Verb.RESULT_OPENED,
            by=request.user,
            client=record.pk,
            target=attempt,
            request=request,
        )
    title = attempts[-1].questionnaire.title
    shown = {"client": record, "title": title, "sections": history.read(attempts)}
    return render(request, "clients/history.html", shown)
