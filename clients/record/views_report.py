"""The printable progress report of a client."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import SignedIn, require_form
from clients import dates
from clients.access import NEVER, client_record
from clients.audit_verbs import CareVerb
from clients.forms import SpanForm
from clients.models import Client
from clients.record import report
from clients.record.forms import SummaryForm


@require_form
@client_record(writes=NEVER, verb=CareVerb.REPORT_MADE)
def progress(request: SignedIn, record: Client) -> HttpResponse:
    """Submitting the form adds the summary to the report; the summary is not stored."""
    span, summary = SpanForm(request.GET), SummaryForm(request.POST or None)
    text = summary.cleaned_data["summary"] if summary.is_valid() else ""
    shown: dict[str, object] = {"client": record, "span_form": span, "summary_form": summary}
    fine = span.is_valid()
    if fine:
        days = dates.Span(span.cleaned_data["first"], span.cleaned_data["last"])
        shown |= report.report(record, days, by=request.user) | {"summary": text}
    return render(request, "clients/record/report.html", shown, status=200 if fine else 422)
