"""The pages of a reviewer from outside: the article with their comments, and the end."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import require_form
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import HOUR, POSTED, READ, Counts, RateLimit, rate_limited
from articles.models import Article, OutsideReview
from articles.outside_review import actions, queries
from articles.outside_review.access import with_review
from articles.outside_review.forms import CommentForm
from articles.outside_review.queries import About
from articles.reading.video_policy import open_for_videos

GONE, REFUSED = 410, 422
# Somebody who reads and comments for an hour, and who tries to find a key.
limited = rate_limited(
    RateLimit(
        Counts.ALL, per_address=Rate(600, HOUR), per_object=Rate(600, HOUR), methods=READ | POSTED
    )
)


@limited
@require_form
@with_review
def review(request: HttpRequest, review: OutsideReview) -> HttpResponse:
    """The article, passage by passage, with what the reviewer wrote. A POST adds a comment. Seven
    queries, however many comments."""
    if not review.is_open():
        return _over(request, review)
    if request.method != "POST":
        return _page(request, review)
    sought = request.POST.get("passage", "")
    found = {one.id: one for one in queries.of_article(_article(review))}
    passage = found.get(sought)
    whole = next(one for one in found.values() if one.about == About.WHOLE)
    form = CommentForm(request.POST, auto_id=f"{(passage or whole).id}-%s")
    if passage is None:
        form.add_error(None, _("The passage was changed a moment ago. Your words are here still."))
    if passage and form.is_valid():
        try:
            written = actions.comment(review=review, passage=passage, **form.cleaned_data)
        except actions.Over:
            return _over(request, review)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(f"{_address(review)}#{written.anchor if written else passage.id}")
    return _page(request, review, form=form, refused=(passage or whole).id)


@limited
@require_form
@with_review
def own_comment(request: HttpRequest, review: OutsideReview, comment: uuid.UUID) -> HttpResponse:
    """Changes a comment, or takes it back."""
    row = get_object_or_404(review.comments.select_related("review"), pk=comment)
    if not review.is_open():
        return _over(request, review)
    if request.method != "POST":
        return redirect(f"{_address(review)}#{row.anchor}")
    form = CommentForm(request.POST, auto_id=f"{row.anchor}-%s")
    try:
        if "take-back" in request.POST:
            actions.take_back(comment=row)
            return redirect(f"{_address(review)}#all_passages")
        if form.is_valid():
            actions.change(comment=row, text=form.cleaned_data["text"])
            return redirect(f"{_address(review)}#{row.anchor}")
    except actions.Over:
        return _over(request, review)
    return _page(request, review, form=form, refused=row.anchor)


@limited
@require_form
@with_review
def finish(request: HttpRequest, review: OutsideReview) -> HttpResponse:
    """Shows everything once more, and hands it over."""
    if not review.is_open():
        return _over(request, review)
    if request.method == "POST":
        try:
            actions.finish(review=review)
        except actions.Over:
            return _over(request, review)
        return redirect(_address(review))
    return render(request, "articles/outside_review/finish.html", _shown(review))


def _page(
    request: HttpRequest, review: OutsideReview, *, form: CommentForm | None = None,
    refused: str = "",
) -> HttpResponse:  # fmt: skip
    article = _article(review)
    rows, gone = queries.beside(article, review.comments.all())
    shown = {
        "rows": [row for row in rows if row.passage.about != About.WHOLE],
        "whole": next(row for row in rows if row.passage.about == About.WHOLE),
        "gone": gone,
        "version": queries.version_of(article),
        "form": form,
        "refused": refused,
        "typed": request.POST.get("text", "") if refused else "",
    }
    status = REFUSED if form else 200
    response = render(
        request, "articles/outside_review/review.html", _shown(review, article) | shown,
        status=status,
    )  # fmt: skip
    return open_for_videos(response, article.prose)


def _over(request: HttpRequest, review: OutsideReview) -> HttpResponse:
    """Thanks, or that the link has ended and whom to ask. Words that came too late are shown, so
    that they can be copied."""
    shown = _shown(review) | {"unsent": request.POST.get("text", "").strip()}
    if review.finished_at:
        status = 200 if request.method != "POST" else 409
        return render(request, "articles/outside_review/finished.html", shown, status=status)
    return render(request, "articles/outside_review/ended.html", shown, status=GONE)


def _shown(review: OutsideReview, article: Article | None = None) -> dict[str, Any]:
    return {
        "review": review,
        "article": article or _article(review),
        "asked_by": review.asked_by.name if review.asked_by else "",
        "address": _address(review),
        "finish_address": reverse("outside-review-finish", args=[_key(review)]),
        "written": [] if article else list(review.comments.all()),
    }


def _article(review: OutsideReview) -> Article:
    return Article.objects.for_page().get(pk=review.article_id)


def _key(review: OutsideReview) -> str:
    return review.key  # type: ignore[attr-defined]


def _address(review: OutsideReview) -> str:
    return reverse("outside-review", args=[_key(review)])
