"""The calendar of what is scheduled and what has been published."""

import re
from datetime import date, timedelta

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.admin.access import may_view
from articles.models import Article
from articles.publishing import desk


@may_view
def month(request: HttpRequest) -> HttpResponse:
    first = _first_day(request.GET.get("month", ""))
    weeks = desk.month(first)
    context = {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "title": _("Calendar"),
        "first": first,
        "weeks": weeks,
        "before": first - timedelta(days=1),
        "after": first + timedelta(days=32),
        "any": any(day.articles for week in weeks for day in week),
    }
    return TemplateResponse(request, "articles/admin/calendar.html", context)


def _first_day(text: str) -> date:
    """The first day of a month written as 2026-12, or of the current month. Raises Http404."""
    if not text:
        return timezone.localdate().replace(day=1)
    match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    if not match:
        raise Http404
    return date(int(match[1]), int(match[2]), 1)
