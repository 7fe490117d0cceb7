"""The practice in counts, for its manager."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import wall
from accounts.access import Permission, SignedIn, requires
from clients import figures
from clients.forms_report import SpanForm
from clients.report import Span


@requires(Permission.MANAGE_PRACTICE)
@require_safe
@wall.purpose(wall.FIGURES)
def practice_figures(request: SignedIn) -> HttpResponse:
    asked = SpanForm(request.GET, days=365)
    shown: dict[str, object] = {"asked": asked}
    fine = asked.is_valid()
    if fine:
        span = Span(asked.cleaned_data["first"], asked.cleaned_data["last"])
        shown |= figures.figures(span) | {"span": span}
    return render(request, "clients/figures.html", shown, status=200 if fine else 422)
