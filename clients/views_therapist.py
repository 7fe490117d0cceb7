"""The caseload, and one client's record."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Permission, SignedIn, requires
from clients import pages, result_pages
from clients.caseload import (
    caseload_rows,
    count,
    counted,
    in_order,
    narrow,
    ordered,
    who_waits_since,
    why_look,
)
from clients.forms import CaseloadFilter
from clients.loaders import load_client, load_shared_attempt
from clients.models import Standing, Step

PAGE = 20


@requires(Permission.SEE_CASELOAD)
@require_safe
def caseload(request: SignedIn) -> HttpResponse:
    steps, now = list(Step.objects.all()), timezone.now()
    asked = CaseloadFilter(request.GET or None, steps=steps)
    wanted = asked.cleaned_data if asked.is_valid() else {}
    mine = Standing.objects.visible_to(request.user)
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


@requires(Permission.SEE_CASELOAD)
@require_safe
def client(request: SignedIn, client_id: UUID) -> HttpResponse:
    record = load_client(request, client_id)
    # Before the trail says that this was read.
    reasons = why_look(record, timezone.now())
    audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=record.pk, request=request)
    shown = pages.record(record, request.user, template=pages.template_asked(request.GET))
    return render(request, "clients/client.html", shown | {"reasons": reasons})


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
