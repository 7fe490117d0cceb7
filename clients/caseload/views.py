"""A therapist's caseload."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.audit import recording as audit
from clients.audit_verbs import CareVerb
from clients.callbacks import queries as callbacks
from clients.caseload.forms import CaseloadFilter
from clients.caseload.listing import (
    caseload_rows,
    count,
    counted,
    in_order,
    longest_waiting,
    narrow,
    ordered,
)
from clients.models import CaseloadIndex, Enquiry, Step

PAGE = 20


@requires(Permission.SEE_CASELOAD)
@require_safe
def caseload(request: SignedIn) -> HttpResponse:
    steps, now = list(Step.objects.all()), timezone.now()
    form = CaseloadFilter(request.GET or None, steps=steps)
    filters = form.cleaned_data if form.is_valid() else {}
    mine = CaseloadIndex.objects.visible_to(request.user)
    counts = count(mine, now)
    selected = ordered(narrow(mine, filters, now), filters.get("sort", ""), now)
    pages = Paginator(selected.values_list("pk", flat=True), PAGE)
    if (known := counted(filters, counts)) is not None:
        pages.count = known
    page = pages.get_page(request.GET.get("page"))
    calls = callbacks.listed(callbacks.in_care_of(request.user), request.user)
    shown = {
        "page": page,
        "rows": caseload_rows(in_order(page, now, request.user), steps, now),
        "filter": form,
        "waiting": longest_waiting(mine, counts["waits_since"]),
        "waits_days": max((now - (counts["waits_since"] or now)).days, 0),
        **counts,
        **calls,
        "to_look_at": Enquiry.objects.with_clinician(request.user).filter(looked_at=None),
    }
    keys = {row.client.pk: None for row in shown["rows"]}
    keys |= {call.client_id: None for some in calls.values() for call in some}
    audit.record_list(CareVerb.CASELOAD_OPENED, by=request.user, clients=keys, request=request)
    return render(request, "clients/caseload/caseload.html", shown)
