"""Unsaved work: stored while it is typed, and continued or discarded later."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from accounts.models import User
from articles.admin.access import article_or_404, may_add, may_change
from articles.models import Article, Unsaved
from articles.publishing import actions as publishing

FIELDS = ("title", "slug", "excerpt", "body", "topic", "author", "cover", "series", "series_place",
          "language", "sources", "corrections", "reviewer", "comment", "seen", "updated_on",
          "reviewed_on")  # fmt: skip
TICKS = ("sample", "about_danger")
KEY = re.compile(r"[0-9a-f]{16}")
# Characters of a field and rows of a list: more is cut off rather than refused.
LONGEST, MOST_TOPICS = 400_000, 50
JUST_NOW = timedelta(minutes=10)


@may_add
def autosave_new(request: SignedIn) -> HttpResponse:
    """Stores what is typed into the form of a new article."""
    if request.method != "POST":
        return redirect("admin:articles_article_changelist")
    return JsonResponse({"saved": _saved_at(store_typed(request, None))})


@may_change
def autosave(request: SignedIn, pk: int) -> HttpResponse:
    """Stores what is typed, and says whether another editor is working on the same article."""
    article = article_or_404(pk)
    if request.method != "POST":
        return redirect("admin:articles_article_changelist")
    unsaved = store_typed(request, article)
    others = [*_in_another_tab(article, unsaved), *_also_working(article, request.user),
              *_saved_since(article, request.user, request.POST.get("seen", ""))]  # fmt: skip
    return JsonResponse({"saved": _saved_at(unsaved), "others": " ".join(others)})


@may_add
def discard(request: SignedIn, unsaved: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("admin:articles_article_changelist")
    work = get_object_or_404(Unsaved, pk=unsaved, by=request.user)
    work.delete()
    messages.success(request, _("Unsaved work discarded."))
    if not work.article_id:
        return redirect("admin:articles_article_add")
    return redirect("admin:articles_article_change", work.article_id)


def store_typed(request: SignedIn, article: Article | None, conflict: bool = False) -> Unsaved:
    """Stores the posted form as this editor's unsaved work."""
    return publishing.keep_unsaved(
        article=article, by=request.user, fields=_typed(request), conflict=conflict,
        key=key_of(request),
    )  # fmt: skip


def key_of(request: HttpRequest) -> str:
    """The key that the form sent."""
    key = request.POST.get("draft", "")
    return key if KEY.fullmatch(key) else ""


def continued(request: SignedIn, article: Article | None) -> Unsaved | None:
    """The unsaved work with which the form is opened. There may be several, one of each tab."""
    number = request.GET.get("unsaved", "")
    pk = int(number) if number.isdecimal() and len(number) < 18 else 0
    return Unsaved.objects.of(article, request.user).filter(pk=pk).first() if pk else None


def key_for(request: SignedIn, article: Article | None) -> str:
    """The key of the form that is shown: two tabs never share one."""
    work = continued(request, article)
    return key_of(request) or (work.key if work else "") or secrets.token_hex(8)


def _typed(request: HttpRequest) -> dict[str, Any]:
    fields: dict[str, Any] = {name: request.POST.get(name, "")[:LONGEST] for name in FIELDS}
    fields |= {name: name in request.POST for name in TICKS}
    # A date and its time are two fields.
    fields["publish_at"] = [request.POST.get(f"publish_at_{n}", "")[:20] for n in (0, 1)]
    return fields | {"more_topics": request.POST.getlist("more_topics")[:MOST_TOPICS]}


def _saved_at(unsaved: Unsaved) -> str:
    return _("Draft saved at %(time)s") % {"time": _clock(unsaved.at)}


def _in_another_tab(article: Article, unsaved: Unsaved) -> list[str]:
    """A sentence if this editor typed into another form of the article a short while ago."""
    newer = Unsaved.objects.of(article, unsaved.by).filter(at__gt=unsaved.at - JUST_NOW)
    other = newer.exclude(pk=unsaved.pk).first()
    text = _("You are writing on this article in another tab, too (%(time)s). Each keeps its own.")
    return [text % {"time": _clock(other.at)}] if other else []


def _also_working(article: Article, by: User) -> list[str]:
    """A sentence for each other editor with unsaved work on the article."""
    return [
        _("%(who)s is also working on this article (%(time)s).")
        % {"who": unsaved.by.name, "time": _clock(unsaved.at)}
        for unsaved in article.unsaved.exclude(by=by).select_related("by")
    ]


def _saved_since(article: Article, by: User, seen: str) -> list[str]:
    """A sentence if another editor has saved the article since the version `seen`."""
    newest = article.revisions.listed().first()
    if not seen or seen == article.version or not newest or newest.by_id == by.pk:
        return []
    who = newest.by.name if newest.by else _("Somebody")
    text = _("%(who)s saved it at %(time)s, after you opened it.")
    return [text % {"who": who, "time": _clock(newest.at)}]


def _clock(at: datetime) -> str:
    return date_format(timezone.localtime(at), "H:i")
