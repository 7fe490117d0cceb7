"""A page of the practice, as readers see it."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import public
from articles.models import Article, Author, OldPageAddress, Page
from articles.reading.video_policy import open_for_videos


@public("readers need no account")
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Three queries at most."""
    page = Page.objects.filter(slug=slug).first()
    if not page:
        old = OldPageAddress.objects.select_related("page").filter(slug=slug).first()
        if not old or not (old.page.is_public() or old.page.is_gone()):
            raise Http404
        return redirect(old.page, permanent=True)
    if page.is_gone():
        return render(request, "articles/pages/withdrawn.html", {"page": page}, status=410)
    if not page.is_public():
        raise Http404
    response = render(request, "articles/pages/page.html", shown(page))
    return open_for_videos(response, page.prose)


def shown(page: Page) -> dict[str, Any]:
    """The context of a page. One query if it shows the team."""
    writes = Exists(Article.objects.published().filter(author=OuterRef("pk")))
    team = list(Author.objects.team().annotate(writes=writes)) if page.shows_team else []
    picture = f"{settings.SITE_URL}{page.drawn_picture}" if page.drawn_picture else ""
    return {"page": page, "team": team, "share_picture": picture}
