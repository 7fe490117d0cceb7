"""Unsaved work: kept as it is typed, continued later, and previewed as the real page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from articles.admin.versions import VersionsAdmin
from articles.models import Article, Unsaved
from articles.publishing import actions as publishing
from articles.publishing import previews
from articles.reading.views import page_of

KEPT = ("title", "slug", "excerpt", "body", "topic", "author", "cover", "series", "series_place",
        "sources", "reviewer", "comment", "seen")  # fmt: skip
LONGEST = 400_000


def typed(request: HttpRequest) -> dict[str, Any]:
    """The contents of the form; excessive text is cut off, not refused."""
    fields: dict[str, Any] = {name: request.POST.get(name, "")[:LONGEST] for name in KEPT}
    return fields | {"more_topics": request.POST.getlist("more_topics")[:50]}


def clock(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "H:i")


class DraftsAdmin(VersionsAdmin):
    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("add/autosave/", self.autosave, "autosave_new"),
            ("<int:pk>/autosave/", self.autosave, "autosave"),
            ("unsaved/<int:unsaved>/discard/", self.discard, "discard"),
            ("<int:pk>/preview/", self.preview_stored, "show"),
            ("preview/<str:token>/", self.preview, "preview"),
        ]
        return [
            path(where, self.admin_site.admin_view(view), name=f"articles_article_{name}")
            for where, view, name in pages
        ] + super().get_urls()

    def _keep(self, request: SignedIn, pk: int | None, conflict: bool = False) -> Unsaved:
        article = self.editable(request, pk) if pk else None
        return publishing.keep_unsaved(
            article=article, by=request.user, fields=typed(request), conflict=conflict
        )

    def autosave(self, request: SignedIn, pk: int | None = None) -> HttpResponse:
        """Keeps what is typed, and says whether somebody else is editing the same article."""
        self.editable(request, pk) if pk else self._may_add(request)
        if request.method != "POST":
            return redirect("admin:articles_article_changelist")
        kept = self._keep(request, pk)
        told = {"kept": _("Draft saved at %(time)s") % {"time": clock(kept.at)}}
        if kept.article:
            told["others"] = " ".join(map(str, self.others(kept.article, request)))
        return JsonResponse(told)

    def _may_add(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def others(self, article: Article, request: SignedIn) -> list[str]:
        """Sentences about others who are editing it. Two queries."""
        work = article.unsaved.exclude(by=request.user).select_related("by")
        said = [
            _("%(who)s is also working on this article (%(time)s).")
            % {"who": one.by.name, "time": clock(one.at)}
            for one in work
        ]
        seen = request.POST.get("seen", "")
        newest = article.revisions.listed().first()
        if (
            seen
            and seen != article.changed_at.isoformat()
            and newest
            and newest.by_id != request.user.pk
        ):
            who = newest.by.name if newest.by else _("Somebody")
            said.append(_("%(who)s saved it at %(time)s, after you opened it.")
                        % {"who": who, "time": clock(newest.at)})  # fmt: skip
        return said

    def discard(self, request: SignedIn, unsaved: int) -> HttpResponse:
        self._may_add(request)
        if request.method != "POST":
            return redirect("admin:articles_article_changelist")
        kept = get_object_or_404(Unsaved, pk=unsaved, by=request.user)
        back = self._form_of(kept)
        kept.delete()
        messages.success(request, _("Unsaved work discarded."))
        return redirect(back)

    def _form_of(self, kept: Unsaved) -> str:
        if not kept.article_id:
            return reverse("admin:articles_article_add")
        return reverse("admin:articles_article_change", args=[kept.article_id])

    def preview_stored(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(previews.link_to(self.editable(request, pk)))

    def preview_typed(self, request: SignedIn, pk: int | None) -> HttpResponse:
        """Keeps and shows the form as it is; the article itself is not saved."""
        self.editable(request, pk) if pk else self._may_add(request)
        return redirect(previews.link_to(self._keep(request, pk)))

    def preview(self, request: HttpRequest, token: str) -> HttpResponse:
        """For all staff who have the link, until it expires."""
        try:
            article = previews.opened(token)
        except previews.Expired:
            return TemplateResponse(request, "articles/admin/preview_expired.html", status=410)
        context = page_of(article) | {"preview": True, "hours": previews.HOURS}
        return TemplateResponse(request, "articles/reading/article.html", context)
