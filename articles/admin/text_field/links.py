"""Articles and handouts to link to, found by their titles while an editor types."""

from django.http import HttpRequest, JsonResponse

from articles.admin.access import may_view
from articles.models import Article, Handout

SHOWN, MOST_WORDS = 8, 6


@may_view
def links(request: HttpRequest) -> JsonResponse:
    """Public articles and handouts whose title has every word of `q`. Two queries."""
    words = request.GET.get("q", "").split()[:MOST_WORDS]
    articles, handouts = Article.objects.published(), Handout.objects.all()
    for word in words:
        articles = articles.filter(title__icontains=word)
        handouts = handouts.filter(title__icontains=word)
    most = SHOWN if words else 0
    rows = [*articles.only("title", "slug")[:most], *handouts[:most]]
    return JsonResponse(
        {"articles": [{"title": row.title, "url": row.get_absolute_url()} for row in rows]}
    )
