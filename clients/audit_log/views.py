"""The audit log for managers: search and export."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.audit import recording as audit
from accounts.models import User
from clients.audit_log import search as audit_log_search
from clients.audit_log.equal_acts import grouped
from clients.audit_log.forms import AuditLogForm
from clients.audit_verbs import CareVerb
from clients.models import Client

FILTERS = ("person", "client", "staff", "verb", "first", "last", "address", "lists")


def _filters_in_use(data) -> dict[str, str]:
    """The filters in use, for the links and forms of the page."""
    return {name: data[name] for name in FILTERS if data.get(name)}


@requires(Permission.MANAGE_PRACTICE)
@require_form
def search(request: SignedIn) -> HttpResponse:
    """Names are searched for by POST, so that they appear in no URL; the other filters are in
    it."""
    form = AuditLogForm(request.GET)
    shown: dict[str, Any] = {"form": form, "filters": _filters_in_use(request.GET)}
    fine = form.is_valid()
    if fine:
        if request.method == "POST":
            shown |= _people_named(request)
        filters = form.cleaned_data
        events, end = audit_log_search.page(
            audit_log_search.search(filters),
            audit_log_search.Cursor.read(request.GET.get("after", "")),
        )
        rows = audit_log_search.rows(events)
        shown |= {"rows": rows, "groups": grouped(rows), "end": end, **_subjects(filters)}
        client = filters.get("client")
        audit.record(CareVerb.AUDIT_LOG_SEARCHED, by=request.user, client=client, request=request)
    return render(request, "clients/audit_log/audit_log.html", shown, status=200 if fine else 422)


def _people_named(request: SignedIn) -> dict[str, Any]:
    """At most twenty people whose name matches, for links with their ids. Two queries."""
    name = request.POST.get("name", "").strip()[:120]
    people = list(User.objects.filter(name__icontains=name).order_by("name")[:20]) if name else []
    clients = {c.user_id: c for c in Client.objects.filter(user__in=people)}
    return {"name": name, "named": [(person, clients.get(person.pk)) for person in people]}


def _subjects(filters: dict[str, Any]) -> dict[str, Any]:
    """The person and the client whom the filters name, for the heading. At most two queries."""
    person, client = filters.get("person"), filters.get("client")
    return {
        "person": User.objects.filter(pk=person).first() if person else None,
        "client": Client.objects.select_related("user").filter(pk=client).first()
        if client
        else None,
    }


@requires(Permission.MANAGE_PRACTICE)
@reauthentication_required(allow_get=True)
@require_form
def export(request: SignedIn) -> HttpResponseBase:
    """The matching rows as a CSV file. The export is written to the audit log itself."""
    if request.method != "POST":  # For example after reauthentication.
        return redirect("audit-log")
    form = AuditLogForm(request.POST)
    if not form.is_valid():
        return redirect("audit-log")
    filters = form.cleaned_data
    events = audit_log_search.search(filters)
    if events[: audit_log_search.MAX_ROWS + 1].count() > audit_log_search.MAX_ROWS:
        shown = {
            "form": form,
            "filters": _filters_in_use(request.POST),
            "too_many": audit_log_search.MAX_ROWS,
        }
        return render(request, "clients/audit_log/audit_log.html", shown, status=422)
    client = filters.get("client")
    audit.record(CareVerb.AUDIT_LOG_EXPORTED, by=request.user, client=client, request=request)
    # `as_csv` has passed its cells through `safe_cell`.
    name = f"audit-log-{timezone.localdate():%Y-%m-%d}.csv"
    kind = "text/csv; charset=utf-8"
    return FileResponse(
        audit_log_search.as_csv(events), as_attachment=True, filename=name, content_type=kind
    )
