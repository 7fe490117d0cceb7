"""Articles to link to, found by their titles while an editor types."""

from django.http import HttpRequest, JsonResponse

from articles.admin.access import may_view
from articles.models import Article

SHOWN, MOST_WORDS = 8, 6


@may_view
def links(request: HttpRequest) -> JsonResponse:
    """Public articles whose title has every word of `q`. One query."""
    words = request.GET.get("q", "").split()[:MOST_WORDS]
    found = Article.objects.published()
    for word in words:
        found = found.filter(title__icontains=word)
    rows = found.only("title", "slug")[: SHOWN if words else 0]
    return JsonResponse(
        {"articles": [{"title": row.title, "url": row.get_absolute_url()} for row in rows]}
    )
