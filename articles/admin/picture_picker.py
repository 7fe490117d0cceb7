"""The library of pictures as the text editor opens it, to choose one for the text."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from articles.admin.access import may_view_pictures
from articles.models import Image

SHOWN = 60


@may_view_pictures
def pick(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    context = {
        **admin.site.each_context(request),
        "title": _("Choose a picture"),
        "pictures": Image.objects.filter(alt__icontains=query)[:SHOWN],
        "query": query,
        "number": request.GET.get("CKEditorFuncNum", ""),
        "is_popup": True,
    }
    return render(request, "articles/admin/pick.html", context)
