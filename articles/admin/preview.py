"""The real page of what readers do not see yet: the stored article, a version, a typed form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from accounts.access import SignedIn
from articles.admin.access import article_or_404, may_add, may_change
from articles.admin.drafts import store_typed
from articles.models import Revision
from articles.publishing import previews
from articles.reading.video_policy import open_for_videos
from articles.reading.views import page_of


@may_change
def stored(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(previews.link_to(article_or_404(pk)))


@may_change
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revisions = Revision.objects.select_related("article")
    return redirect(previews.link_to(get_object_or_404(revisions, article=pk, number=number)))


@may_add
def typed_new(request: SignedIn) -> HttpResponse:
    """Stores the form of a new article as unsaved work, and shows it."""
    return redirect(previews.link_to(store_typed(request, None)))


@may_change
def typed(request: SignedIn, pk: int) -> HttpResponse:
    """Stores the form as unsaved work, and shows it; the article itself does not change."""
    return redirect(previews.link_to(store_typed(request, article_or_404(pk))))


def page(request: HttpRequest, token: str) -> HttpResponse:
    """For all staff who have the link, until it expires."""
    try:
        article = previews.opened(token)
    except previews.Expired:
        return TemplateResponse(request, "articles/admin/preview_expired.html", status=410)
    context = page_of(article) | {"preview": True, "hours": previews.HOURS, "led_from": None}
    response = TemplateResponse(request, "articles/reading/article.html", context)
    return open_for_videos(response, article.prose)
