"""The caseload, and one client's record."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Permission, SignedIn, requires
from clients import pages, result_pages
from clients.caseload import caseload_rows
from clients.forms import CaseloadFilter
from clients.loaders import load_client, load_shared_attempt
from clients.models import Client, Step

PAGE = 25
ORDERS = {
    "": F("user__name").asc(),
    "name": F("user__name").asc(),
    "step": F("step_number").asc(),
    "since": F("step_since").asc(),
    # Never seen comes before long ago.
    "contact": F("last_contact").asc(nulls_first=True),
}


@requires(Permission.SEE_CASELOAD)
@require_safe
def caseload(request: SignedIn) -> HttpResponse:
    steps, now = list(Step.objects.all()), timezone.now()
    asked = CaseloadFilter(request.GET or None, steps=steps)
    wanted = asked.cleaned_data if asked.is_valid() else {}
    # Any: the annotated columns are not fields that a type checker knows.
    clients: Any = Client.objects.visible_to(request.user).with_path().with_results().with_step()
    clients = clients.with_signs(now)
    total = clients.count()
    clients = (
        clients.filter(last_kind="close")
        if wanted.get("closed")
        else clients.exclude(last_kind="close")
    )
    needing = clients.needing(now)
    if wanted.get("needs"):
        clients = needing
    if wanted.get("q"):
        clients = clients.filter(user__name__icontains=wanted["q"])
    if wanted.get("step"):
        clients = clients.filter(step_number=wanted["step"])
    order = ORDERS[wanted.get("sort", "")]
    page = Paginator(clients.order_by(order, "user__name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    rows = caseload_rows(list(page), steps, now)
    shown = {"page": page, "rows": rows, "filter": asked, "total": total}
    shown["needing"] = needing.count()
    verb, keys = audit.Verb.CASELOAD_OPENED, [row.client.pk for row in rows]
    audit.record_list(verb, by=request.user, clients=keys, request=request)
    return render(request, "clients/caseload.html", shown)


@requires(Permission.SEE_CASELOAD)
@require_safe
def client(request: SignedIn, client_id: UUID) -> HttpResponse:
    record = load_client(request, client_id)
    audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=record.pk, request=request)
    return render(
        request,
        "clients/client.html",
        pages.record(record, request.user, template=pages.template_asked(request.GET)),
    )


@requires(Permission.SEE_CASELOAD)
@require_safe
def result(request: SignedIn, client_id: UUID, attempt_id: UUID) -> HttpResponse:
    record = load_client(request, client_id)
    attempt = load_shared_attempt(record, attempt_id)
    audit.record(
        audit.Verb.RESULT_OPENED,
        by=request.user,
        client=record.pk,
        target=attempt,
        request=request,
    )
    shown = {"client": record, **result_pages.result(attempt)}
    return render(request, "clients/result.html", shown)
