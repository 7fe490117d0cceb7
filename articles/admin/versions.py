"""The versions of an article: what happened, any two compared, an earlier one restored."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from accounts.admin.bases import PracticeModelAdmin
from articles.models import Article, Revision
from articles.publishing import actions as publishing
from articles.publishing import comparison, previews


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isdigit() and len(value) < 9 else otherwise


class VersionsAdmin(PracticeModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("versions/", self.versions, "versions"),
            ("versions/<int:number>/restore/", self.restore, "restore"),
            ("versions/<int:number>/preview/", self.preview_version, "preview_version"),
        ]
        return [
            path(
                f"<int:pk>/{where}", self.admin_site.admin_view(view), name=f"articles_article_{n}"
            )
            for where, view, n in pages
        ] + super().get_urls()

    def editable(self, request: HttpRequest, pk: int) -> Article:
        """403 for those who may not edit articles at all, 404 for what is not there."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Article.objects.defer("search"), pk=pk)

    def versions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All versions, and the two selected ones side by side, by default the newest two."""
        article = self.editable(request, pk)
        listed = list(article.revisions.listed())
        newest = listed[0].number if listed else 0
        new = _number(request, "to", newest)
        old = _number(request, "from", max(1, new - 1))
        both = {r.number: r for r in article.revisions.filter(number__in=(old, new))}
        if listed and not (old in both and new in both):
            raise Http404
        found = comparison.changes(both[old].content, both[new].content) if listed else []
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": article,
            "title": _("Versions"), "subtitle": str(article), "versions": listed, "old": old,
            "new": new, "changes": found, "newest": newest,
        }  # fmt: skip
        return TemplateResponse(request, "articles/admin/versions.html", context)

    def _revision(self, request: HttpRequest, pk: int, number: int) -> Revision:
        article = self.editable(request, pk)
        return get_object_or_404(article.revisions.select_related("article"), number=number)

    def restore(self, request: SignedIn, pk: int, number: int) -> HttpResponse:
        revision = self._revision(request, pk, number)
        if request.method != "POST":
            return redirect(reverse("admin:articles_article_versions", args=[pk]))
        publishing.restore(article=revision.article, revision=revision, by=request.user)
        self.log_change(request, revision.article, f"Restored version {number}")
        text = _("Version %(number)s restored. Web address, status and date are unchanged.")
        messages.success(request, text % {"number": number})
        return redirect(reverse("admin:articles_article_change", args=[pk]))

    def preview_version(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return redirect(previews.link_to(self._revision(request, pk, number)))
