"""A client's results for their therapist: one result, and results over time."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.audit import recording as audit
from assessments.results import history
from clients.access import NEVER, client_record, load_shared_attempt, load_shared_family
from clients.audit_verbs import CareVerb
from clients.models import Client
from clients.results import context as results_context


@require_safe
@client_record(writes=NEVER, verb=None)
def over_time(request: SignedIn, record: Client, slug: str) -> HttpResponse:
    """Every result of one questionnaire that this client shared."""
    attempts = load_shared_family(record, slug)
    # One audit event for the page, not one for each result.
    audit.record(
        CareVerb.RESULT_OPENED,
        by=request.user,
        client=record.pk,
        target=attempts[-1].version.instrument,
        request=request,
    )
    title = attempts[-1].questionnaire.title
    bands = results_context.step_bands(record.journey, timezone.now())
    shown = {"client": record, "title": title, "sections": history.read(attempts, bands)}
    return render(request, "clients/results/history.html", shown)


@require_safe
@client_record(writes=NEVER, verb=None)
def result(request: SignedIn, record: Client, attempt_id: UUID) -> HttpResponse:
    attempt = load_shared_attempt(record, attempt_id)
    audit.record(
        CareVerb.RESULT_OPENED,
        by=request.user,
        client=record.pk,
        target=attempt,
        request=request,
    )
    shown = {"client": record, **results_context.result(attempt)}
    return render(request, "clients/results/result.html", shown)
