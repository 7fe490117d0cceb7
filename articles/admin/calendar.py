"""The calendar of what is scheduled and was published."""

import re
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.admin.drafts import DraftsAdmin
from articles.publishing import desk


def _asked(text: str) -> date:
    """The first day of ?month=2026-12, or of this month."""
    if not text:
        return timezone.localdate().replace(day=1)
    match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    if not match:
        raise Http404
    return date(int(match[1]), int(match[2]), 1)


class CalendarAdmin(DraftsAdmin):
    change_list_template = "articles/admin/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.calendar)
        return [path("calendar/", view, name="articles_article_calendar"), *super().get_urls()]

    def calendar(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        first = _asked(request.GET.get("month", ""))
        weeks = desk.month(first)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Calendar"),
            "first": first, "weeks": weeks, "before": first - timedelta(days=1),
            "after": first + timedelta(days=32), "any": any(d.articles for w in weeks for d in w),
        }  # fmt: skip
        return TemplateResponse(request, "articles/admin/calendar.html", context)
