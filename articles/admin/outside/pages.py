"""An article's reviews from outside: asking for one, and its comments beside the text."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from articles.admin.access import article_or_404, may_change
from articles.models import Article, OutsideComment, OutsideReview
from articles.outside_review import actions, queries
from articles.outside_review.forms import AskForm


@may_change
def reviews(request: SignedIn, pk: int) -> HttpResponse:
    """A POST asks for a review; its link is shown once, by this answer. Eleven queries, however
    many reviews and comments."""
    article = article_or_404(pk)
    form, link, asked = AskForm(request.POST or None, label_suffix=""), "", None
    if request.method == "POST" and form.is_valid():
        asked, key = actions.ask(article=article, by=request.user, **form.cleaned_data)
        _log(request, article, "Asked for a review from outside")
        link = settings.SITE_URL + reverse("outside-review", args=[key])
        form = AskForm(label_suffix="")
    context = _context(request, article) | {"form": form, "link": link, "asked": asked}
    return TemplateResponse(request, "articles/admin/outside/reviews.html", context)


@may_change
def call_off(request: SignedIn, pk: int, review: UUID) -> HttpResponse:
    row = get_object_or_404(OutsideReview.objects.select_related("article"), pk=review, article=pk)
    if request.method == "POST" and actions.call_off(review=row):
        _log(request, row.article, "Called off a review from outside")
        messages.success(request, _("Called off. The link opens nothing any more."))
    return redirect("admin:articles_article_outside", pk)


@may_change
def done(request: SignedIn, pk: int, comment: UUID) -> HttpResponse:
    """Marks a comment as dealt with, or as waiting again."""
    rows = OutsideComment.objects.select_related("review__article")
    row = get_object_or_404(rows, pk=comment, review__article=pk)
    if request.method == "POST":
        is_done = request.POST.get("done") == "yes"
        actions.mark(comment=row, by=request.user, done=is_done)
        what = "Dealt with a comment from outside" if is_done else "Reopened a comment from outside"
        _log(request, row.review.article, what)
    return redirect(f"{reverse('admin:articles_article_outside', args=[pk])}#{row.anchor}")


def _context(request: HttpRequest, article: Article) -> dict[str, Any]:
    delivered = set(article.outside_reviews.delivered().values_list("pk", flat=True))
    comments = OutsideComment.objects.filter(review__in=delivered)
    listed = list(comments.select_related("review", "done_by"))
    rows, gone = queries.beside(article, listed, as_stored=True)
    for row in rows:
        row.comments.sort(key=lambda one: one.done_at is not None)
    return {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "title": _("Reviews from outside"),
        "subtitle": article.title,
        "article": article,
        "reviews": list(article.outside_reviews.select_related("asked_by")),
        "rows": rows if listed else [],
        "gone": gone,
        "waiting": [one for one in listed if one.done_at is None],
        "dealt_with": sum(one.done_at is not None for one in listed),
    }


def _log(request: SignedIn, article: Article, what: str) -> None:
    LogEntry.objects.log_actions(
        user_id=request.user.pk, queryset=[article], action_flag=CHANGE,
        change_message=what, single_object=True,
    )  # fmt: skip
