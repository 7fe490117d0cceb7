"""The reading pages. They are the same for every reader, so none of them reads the session."""

from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import MINUTE, READ, Counts, RateLimit, rate_limited
from articles.models import Article, ArticleQuerySet, Author, OldAddress, OldTopicAddress, Topic
from articles.reading import full_text_search as searching
from articles.reading import structured_data
from articles.reading.help_phrases import concern_in
from articles.reading.related import related_to
from articles.reading.topic_links import topic_links
from articles.reading.video_policy import open_for_videos
from articles.richtext import highlighted

PAGE_SIZE = 12
RELATED = 3
readers = public("readers need no account")


def _page(request: HttpRequest, articles: ArticleQuerySet) -> Page:
    """The page named by ?page=, or 404. Two queries."""
    return _numbered(request, Paginator(articles.for_lists(), PAGE_SIZE))


def _numbered(request: HttpRequest, paginator: Paginator) -> Page:
    try:
        return paginator.page(request.GET.get("page", 1))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error


@readers
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    page = _page(request, Article.objects.published())
    return render(
        request,
        "articles/reading/list.html",
        {"page": page, "topics": topic_links()},
    )


class ResultsPaginator(Paginator):
    """Uses the number of results that the search has counted already."""

    def __init__(self, results: searching.Results) -> None:
        super().__init__(results.articles, PAGE_SIZE)
        self.count = results.count


@rate_limited(
    RateLimit(Counts.ALL, per_address=Rate(300, 5 * MINUTE), methods=READ, shown_by_view=True)
)
@readers
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The results with the matching words marked, or suggestions. Five queries with results,
    eight without."""
    query = searching.tidy(request.GET.get("q", ""))
    topic = Topic.objects.filter(slug=request.GET.get("topic", "")[:80]).first()
    within = searching.published()
    concern = concern_in(query)
    if rate_limits.refused(request):
        page = {"query": query, "topic": topic, "concern": concern}
        page["wait"] = rate_limits.message(request)
        return render(request, "articles/reading/search.html", page, status=429)
    within = within.on_topic(topic) if topic else within
    results = searching.find(query, within) if query else None
    context: dict[str, Any] = {"query": query, "topic": topic, "results": results}
    context["concern"] = concern or concern_in(results.corrected if results else "")
    if results and results.count:
        context["page"] = _numbered(request, ResultsPaginator(results))
        context["topics"] = searching.topics_of(results)
        for article in context["page"]:
            article.marked = highlighted(article.snippet, searching.START, searching.STOP)
    else:
        context["suggestions"] = searching.similar_names(query) if query else []
        context["topics"] = topic_links()
    return render(request, "articles/reading/search.html", context)


@readers
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    topic = Topic.objects.select_related("picture").filter(slug=slug).first()
    if not topic:
        moved = get_object_or_404(OldTopicAddress.objects.select_related("topic"), slug=slug)
        return redirect(moved.topic, permanent=True)
    page = _page(request, Article.objects.published().on_topic(topic))
    context = {"topic": topic, "page": page, "topics": topic_links(topic)}
    context["share_picture"] = structured_data.address(topic.share_picture)
    return render(request, "articles/reading/topic.html", context)


@readers
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    author = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    page = _page(request, Article.objects.published().filter(author=author))
    context = {"author": author, "page": page, "data": structured_data.person(author)}
    return render(request, "articles/reading/author.html", context)


def _redirect_old(path: str) -> HttpResponse:
    """Redirects an old address to its article, or raises 404."""
    old = get_object_or_404(OldAddress.objects.select_related("article"), path=path)
    if not old.article or not (old.article.is_public() or old.article.is_gone()):
        raise Http404
    if old.article.is_gone() and (successor := old.article.successor()):
        return redirect(old.article.led_on_to(successor))
    return redirect(old.article, permanent=True)


@readers
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Four queries at most."""
    article = Article.objects.for_page().filter(slug=slug).first()
    if not article:
        return _redirect_old(request.path)
    if article.is_gone():
        if successor := article.successor():
            return redirect(article.led_on_to(successor))
        return render(request, "articles/reading/withdrawn.html", {"article": article}, status=410)
    if not article.is_public():
        raise Http404
    context = page_of(article) | {"led_from": _led_from(request, article)}
    response = render(request, "articles/reading/article.html", context)
    return open_for_videos(response, article.prose)


def _led_from(request: HttpRequest, article: Article) -> Article | None:
    """The withdrawn article whose reader was led to this one. No query for any other reader."""
    slug = request.GET.get("instead-of", "")[:120]
    gone = Article.objects.defer("body", "search").filter(slug=slug).first() if slug else None
    successor = gone.successor() if gone and gone.is_gone() else None
    return gone if successor and successor.pk == article.pk else None


def page_of(article: Article) -> dict[str, object]:
    """The context of an article's page. Two queries."""
    others = Article.objects.published().for_lists()
    return {
        "article": article,
        "series": article.neighbours(),
        "related": related_to(article, others)[:RELATED],
        "data": structured_data.article(article),
        "share_picture": structured_data.address(article.share_picture),
    }
