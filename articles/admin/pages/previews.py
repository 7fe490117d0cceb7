"""A page that readers do not see yet, as it will look: stored, typed, or an earlier version."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin.access import may_change_pages
from articles.models import Page, PageVersion
from articles.pages.views import shown
from articles.publishing import previews
from articles.publishing.version_content import OF_PAGE
from articles.reading.video_policy import open_for_videos

STORED, VERSION = "stored page", "version of a page"


def response(request: HttpRequest, page: Page, *, lasts: bool = True) -> HttpResponse:
    """`lasts`: whether the address can be opened again, as a link can and a sent form can't."""
    context = shown(page) | {"preview": True, "hours": previews.HOURS if lasts else 0}
    answer = TemplateResponse(request, "articles/pages/page.html", context)
    return open_for_videos(answer, page.prose)


@may_change_pages
def stored(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(_link(STORED, get_object_or_404(Page, pk=pk).pk))


@may_change_pages
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return redirect(_link(VERSION, get_object_or_404(PageVersion, page=pk, number=number).pk))


def page(request: HttpRequest, token: str) -> HttpResponse:
    """For all staff who have the link, until it expires."""
    try:
        kind, pk = previews.read(token)
    except previews.Expired:
        return TemplateResponse(request, "articles/admin/preview_expired.html", status=410)
    except ValueError as error:
        raise Http404 from error
    if kind == STORED:
        return response(request, get_object_or_404(Page, pk=pk))
    kept = get_object_or_404(PageVersion.objects.select_related("page"), pk=pk)
    return response(request, _as_it_was(kept))


def _as_it_was(kept: PageVersion) -> Page:
    """It must not be saved."""
    content: dict[str, Any] = kept.content
    known = {name: content[name] for name in OF_PAGE if name in content}
    return Page(pk=kept.page_id, slug=kept.page.slug, **known)


def _link(kind: str, pk: int) -> str:
    return reverse("admin:articles_page_preview", args=[previews.signed([kind, pk])])
