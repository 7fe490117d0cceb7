"""A client over time, for their therapist: results, and all that happened."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Permission, SignedIn, requires
from assessments import history
from clients import result_pages, timeline
from clients.loaders import load_client, load_shared_family


@requires(Permission.SEE_CASELOAD)
@require_safe
def over_time(request: SignedIn, client_id: UUID, slug: str) -> HttpResponse:
    """Every result of one questionnaire that this client shared."""
    record = load_client(request, client_id)
    attempts = load_shared_family(record, slug)
    # One row for all of them: the trail says what was opened, not how many lines it had.
    audit.record(
        audit.Verb.RESULT_OPENED,
        by=request.user,
        client=record.pk,
        target=attempts[-1].version.instrument,
        request=request,
    )
    title = attempts[-1].questionnaire.title
    bands = result_pages.step_bands(record.journey, timezone.now())
    shown = {"client": record, "title": title, "sections": history.read(attempts, bands)}
    return render(request, "clients/history.html", shown)


@requires(Permission.SEE_CASELOAD)
@require_safe
def all_that_happened(request: SignedIn, client_id: UUID) -> HttpResponse:
    """The timeline; `?show=` names kinds, as many as one likes."""
    record = load_client(request, client_id)
    audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=record.pk, request=request)
    named = request.GET.getlist("show")
    kinds = timeline.asked(named)
    page = Paginator(timeline.index(record, kinds), 40).get_page(request.GET.get("page"))
    shown = {
        "client": record,
        "page": page,
        "moments": timeline.moments(record, page.object_list),
        "narrowed": bool(named),
        "kinds": [
            (n, kind.plural, n in kinds and bool(named)) for n, kind in timeline.KINDS.items()
        ],
    }
    return render(request, "clients/timeline.html", shown)
