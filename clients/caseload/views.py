"""A therapist's caseload."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Permission, SignedIn, requires
from clients.caseload.forms import CaseloadFilter
from clients.caseload.listing import (
    caseload_rows,
    count,
    counted,
    in_order,
    narrow,
    ordered,
    who_waits_since,
)
from clients.models import CaseloadIndex, Step

PAGE = 20


@requires(Permission.SEE_CASELOAD)
@require_safe
def caseload(request: SignedIn) -> HttpResponse:
    steps, now = list(Step.objects.all()), timezone.now()
    asked = CaseloadFilter(request.GET or None, steps=steps)
    wanted = asked.cleaned_data if asked.is_valid() else {}
    mine = CaseloadIndex.objects.visible_to(request.user)
    counts = count(mine, now)
    found = ordered(narrow(mine, wanted, now), wanted.get("sort", ""), now)
    pages = Paginator(found.values_list("pk", flat=True), PAGE)
    if (known := counted(wanted, counts)) is not None:
        pages.count = known
    page = pages.get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": caseload_rows(in_order(page, now), steps, now),
        "filter": asked,
        "waiting": who_waits_since(mine, counts["waits_since"]),
        "waits_days": max((now - (counts["waits_since"] or now)).days, 0),
        **counts,
    }
    verb, keys = audit.Verb.CASELOAD_OPENED, [row.client.pk for row in shown["rows"]]
    audit.record_list(verb, by=request.user, clients=keys, request=request)
    return render(request, "clients/caseload.html", shown)
