"""The printable progress report of a client."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.audit import recording as audit
from clients import dates
from clients.access import load_client
from clients.audit_verbs import CareVerb
from clients.forms import SpanForm
from clients.record import report
from clients.record.forms import SummaryForm


@requires(Permission.SEE_CASELOAD)
@require_form
def progress(request: SignedIn, client_id: UUID) -> HttpResponse:
    """Submitting the form adds the summary to the report; the summary is not stored."""
    record = load_client(request, client_id)
    span, summary = SpanForm(request.GET), SummaryForm(request.POST or None)
    text = summary.cleaned_data["summary"] if summary.is_valid() else ""
    shown: dict[str, object] = {"client": record, "asked": span, "summary_form": summary}
    fine = span.is_valid()
    if fine:
        days = dates.Span(span.cleaned_data["first"], span.cleaned_data["last"])
        shown |= report.report(record, days) | {"summary": text}
    audit.record(CareVerb.REPORT_MADE, by=request.user, client=record.pk, request=request)
    return render(request, "clients/record/report.html", shown, status=200 if fine else 422)
