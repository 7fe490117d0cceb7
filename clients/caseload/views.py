"""A therapist's caseload."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.audit import recording as audit
from clients.agenda import context as agenda
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
        "today": _today(request, now),
        "to_look_at": Enquiry.objects.with_clinician(request.user).filter(looked_at=None),
    }
    _record(request, shown, [call.client_id for some in calls.values() for call in some])
    return render(request, "clients/caseload/caseload.html", shown)


def _today(request: SignedIn, now: datetime) -> dict[str, Any] | None:
    """The sessions of today, above the whole list only; None above a filtered or a later page."""
    if set(request.GET) - {"recorded"}:
        return None
    return agenda.today(request.user, request.GET, now)


def _record(request: SignedIn, shown: dict[str, Any], called: Iterable[UUID]) -> None:
    """One event for each client on the page: that of the agenda, which shows more, or that of the
    list."""
    today = shown["today"]["clients"] if shown["today"] else {}
    if today:
        audit.record_list(CareVerb.AGENDA_OPENED, by=request.user, clients=today, request=request)
    keys = dict.fromkeys([*(row.client.pk for row in shown["rows"]), *called])
    others = [key for key in keys if key not in today]
    if others or not today:
        audit.record_list(
            CareVerb.CASELOAD_OPENED, by=request.user, clients=others, request=request
        )
