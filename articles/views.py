"""The reading pages: the same for every reader, so none of them asks who that is."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import public
from articles import structured
from articles.models import Article, ArticleQuerySet, Author, Topic

A_PAGE = 12
RELATED = 3
readers = public("readers need no account")


def _page(request: HttpRequest, articles: ArticleQuerySet) -> Page:
    """The page that ?page= asks for, or 404. Two queries."""
    try:
        return Paginator(articles.for_lists(), A_PAGE).page(request.GET.get("page", 1))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error


@readers
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    page = _page(request, Article.objects.published())
    return render(
        request,
        "articles/list.html",
        {"page": page, "topics": Article.objects.published().topics()},
    )


@readers
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    topic = get_object_or_404(Topic, slug=slug)
    page = _page(request, Article.objects.published().on_topic(topic))
    context = {"topic": topic, "page": page, "topics": Article.objects.published().topics()}
    return render(request, "articles/topic.html", context)


@readers
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    author = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    page = _page(request, Article.objects.published().filter(author=author))
    context = {"author": author, "page": page, "data": structured.person(author)}
    return render(request, "articles/author.html", context)


@readers
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Article.objects.select_related("topic", "author__portrait", "cover")
    article = get_object_or_404(rows, slug=slug)
    if article.is_gone():
        return render(request, "articles/withdrawn.html", {"article": article}, status=410)
    if not article.is_public():
        raise Http404
    context = {
        "article": article,
        "related": Article.objects.published().for_lists().related_to(article)[:RELATED],
        "data": structured.article(article),
    }
    return render(request, "articles/article.html", context)
