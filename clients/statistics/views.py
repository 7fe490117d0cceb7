"""The practice's statistics, for managers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.database import row_security
from accounts.database.together import read_together
from clients.access import keep_own_record, own_records
from clients.dates import Span
from clients.models import Step
from clients.statistics import practice, sheet, workload
from clients.statistics.forms import MonthsForm

CACHE_SECONDS = timedelta(minutes=15).total_seconds()


@requires(Permission.MANAGE_PRACTICE)
@require_safe
def practice_statistics(request: SignedIn) -> HttpResponse:
    form = MonthsForm(request.GET, days=365)
    shown: dict[str, object] = {"span_form": form}
    fine = form.is_valid()
    if fine:
        span = _span(form)
        steps, own = Step.objects.all(), own_records(request.user)
        read_together(steps, own)
        keep_own_record(request.user, own)
        result = counted(span, form.cleaned_data["weeks"], steps)
        months = workload.by_month(result["therapists"])
        shown |= result | {
            "span": span,
            "weeks": form.cleaned_data["weeks"],
            "nothing": practice.is_empty(result),
            "scale_of_days": practice.scale_of_days(result["steps"]),
            "sessions": _section(months),
        }
    return render(request, "clients/statistics/statistics.html", shown, status=200 if fine else 422)


@requires(Permission.MANAGE_PRACTICE)
@require_safe
def export(request: SignedIn) -> HttpResponse:
    """The same numbers as a CSV file; its cells have passed through `safe_cell`."""
    form = MonthsForm(request.GET, days=365)
    if not form.is_valid():
        return redirect("practice-statistics")
    span = _span(form)
    text = sheet.as_csv(counted(span, form.cleaned_data["weeks"], Step.objects.all()))
    name = f"practice-{span.first:%Y-%m}-{span.last:%Y-%m}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _span(form: MonthsForm) -> Span:
    return Span(form.cleaned_data["first"], form.cleaned_data["last"])


def _section(months: list[workload.Month]) -> dict[str, Any] | None:
    """What the template of a chart takes."""
    chart = workload.chart(months)
    return (
        None
        if chart is None
        else {"chart": chart, "first": months[0].month, "last": months[-1].month}
    )


def counted(span: Span, weeks: int, steps: Iterable[Step]) -> dict[str, Any]:
    """The statistics, cached for CACHE_SECONDS: they cover all stays of all clients and need not be
    current to the minute. Only counting opens the rows behind them."""
    key = f"statistics_{span.first}_{span.last}_{weeks}"
    try:
        return _unpacked(cache.get(key), steps)
    except (KeyError, TypeError, ValueError):  # Not cached, or in another format.
        cache.set(key, packed := _count(span, weeks), CACHE_SECONDS)
        return _unpacked(packed, steps)


@row_security.for_purpose(row_security.STATISTICS)
def _count(span: Span, weeks: int) -> dict[str, Any]:
    counted_at = timezone.now().isoformat()
    return practice.packed(practice.statistics(span, weeks)) | {"counted_at": counted_at}


def _unpacked(cached: Any, steps: Iterable[Step]) -> dict[str, Any]:
    counted_at = datetime.fromisoformat(cached["counted_at"])
    by_number = {step.number: step for step in steps}
    return practice.unpacked(cached, by_number) | {"counted_at": counted_at}
