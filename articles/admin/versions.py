"""The versions of a text: any two compared, an earlier one restored."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from articles.admin.access import article_or_404, may_change
from articles.models import Publication, Revision
from articles.publishing import actions as publishing
from articles.publishing import comparison


@may_change
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    return comparison_page(request, article_or_404(pk))


def comparison_page(request: HttpRequest, text: Publication) -> HttpResponse:
    """All versions, and the two selected ones compared, by default the newest two."""
    listed = list(text.revisions.listed())
    newest = listed[0].number if listed else 0
    new = _number(request, "to", newest)
    old = _number(request, "from", max(1, new - 1))
    context = {
        **admin.site.each_context(request),
        "opts": text._meta,
        "original": text,
        "title": _("Versions"),
        "subtitle": str(text),
        "versions": listed,
        "old": old,
        "new": new,
        "changes": _changes(text, old, new) if listed else [],
        "newest": newest,
    }
    return TemplateResponse(request, "articles/admin/versions.html", context)


@may_change
def restore(request: SignedIn, pk: int, number: int) -> HttpResponse:
    revisions = Revision.objects.select_related("article")
    revision = get_object_or_404(revisions, article=pk, number=number)
    if request.method != "POST":
        return redirect("admin:articles_article_versions", pk)
    publishing.restore(article=revision.article, revision=revision, by=request.user)
    LogEntry.objects.log_actions(
        user_id=request.user.pk, queryset=[revision.article], action_flag=CHANGE,
        change_message=f"Restored version {number}", single_object=True,
    )  # fmt: skip
    text = _("Version %(number)s restored. Web address, status and date are unchanged.")
    messages.success(request, text % {"number": number})
    return redirect("admin:articles_article_change", pk)


def _changes(text: Publication, old: int, new: int) -> list[comparison.Change]:
    both = {r.number: r for r in text.revisions.filter(number__in=(old, new))}
    if not (old in both and new in both):
        raise Http404
    return comparison.changes(both[old].content, both[new].content)


def _number(request: HttpRequest, name: str, default: int) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 9 else default
