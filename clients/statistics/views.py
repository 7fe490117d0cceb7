"""The practice's statistics, for managers."""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.database import row_security
from clients.dates import Span
from clients.statistics import practice
from clients.statistics.forms import MonthsForm

CACHE_SECONDS = timedelta(minutes=15).total_seconds()


@requires(Permission.MANAGE_PRACTICE)
@require_safe
@row_security.for_purpose(row_security.STATISTICS)
def practice_statistics(request: SignedIn) -> HttpResponse:
    form = MonthsForm(request.GET, days=365)
    shown: dict[str, object] = {"span_form": form}
    fine = form.is_valid()
    if fine:
        span = Span(form.cleaned_data["first"], form.cleaned_data["last"])
        result = counted(span)
        shown |= result | {
            "span": span,
            "nothing": practice.is_empty(result),
            "scale_of_days": practice.scale_of_days(result["steps"]),
        }
    return render(request, "clients/statistics/statistics.html", shown, status=200 if fine else 422)


def counted(span: Span) -> dict[str, Any]:
    """The statistics, cached for CACHE_SECONDS: they cover all stays of all clients and need not be
    current to the minute."""

    def count() -> dict[str, Any]:
        return practice.packed(practice.statistics(span)) | {
            "counted_at": timezone.now().isoformat()
        }

    cached = cache.get_or_set(f"statistics_{span.first}_{span.last}", count, CACHE_SECONDS)
    try:
        return _unpacked(cached)
    except (KeyError, TypeError, ValueError):  # The cached value has another format.
        return _unpacked(count())


def _unpacked(cached: Any) -> dict[str, Any]:
    return practice.unpacked(cached) | {"counted_at": datetime.fromisoformat(cached["counted_at"])}
