"""A client's timeline, for their therapist."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.audit import recording as audit
from clients.access import load_client
from clients.audit_verbs import CareVerb
from clients.record import timeline


@requires(Permission.SEE_CASELOAD)
@require_safe
def all_that_happened(request: SignedIn, client_id: UUID) -> HttpResponse:
    """The timeline; each `?show=` selects a kind of entry."""
    record = load_client(request, client_id)
    audit.record(CareVerb.RECORD_OPENED, by=request.user, client=record.pk, request=request)
    named = request.GET.getlist("show")
    kinds = timeline.selected_kinds(named)
    page = Paginator(timeline.index(record, kinds), 40).get_page(request.GET.get("page"))
    shown = {
        "client": record,
        "page": page,
        "entries": timeline.entries(record, page.object_list),
        "narrowed": bool(named),
        "kinds": [
            (n, kind.plural, n in kinds and bool(named)) for n, kind in timeline.KINDS.items()
        ],
    }
    return render(request, "clients/record/timeline.html", shown)
