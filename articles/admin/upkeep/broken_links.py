"""The report of the last check of links, for editors to work through."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from articles.admin.access import may_view
from articles.models import LinkReport


@may_view
def report(request: HttpRequest) -> HttpResponse:
    newest = LinkReport.objects.newest()
    context = {
        **admin.site.each_context(request),
        "title": _("Broken links"),
        "report": newest,
        "broken": newest.still_there() if newest else [],
    }
    return TemplateResponse(request, "articles/admin/broken_links.html", context)
