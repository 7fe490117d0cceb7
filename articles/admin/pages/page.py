"""The editors' desk for the practice's own pages: the list and the form."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from articles.admin.form_page import CONFIRMATIONS
from articles.admin.pages import previews, versions
from articles.admin.pages.forms import PageForm
from articles.admin.states import PublicationAdmin, StateFilter
from articles.models import Page, Version
from articles.pages import actions as pages
from articles.publishing import workflow

VIEWS: list[tuple[str, Callable, str]] = [
    ("<int:pk>/preview/", previews.stored, "show"),
    ("preview/<str:token>/", previews.page, "preview"),
    ("<int:pk>/versions/", versions.compare, "versions"),
    ("<int:pk>/versions/<int:number>/restore/", versions.restore, "restore"),
    ("<int:pk>/versions/<int:number>/preview/", previews.version, "preview_version"),
]


@admin.register(Page)
class PageAdmin(PublicationAdmin):
    form = PageForm
    list_display = ["title", "state", "slug", "menu_place", "date"]
    list_filter = [StateFilter]
    list_per_page = 50
    search_fields = ["title", "description", "slug", "body"]
    ordering = ["title"]
    actions = None
    fieldsets = [
        (None, {"fields": ["title", "description", "slug", "body"]}),
        (_("Menu"), {"fields": ["menu_label", "menu_place"]}),
        (_("Team"), {"fields": ["shows_team"]}),
        (
            _("Date"),
            {
                "fields": ["publish_at"],
                "classes": ["folded", "dates"],
                "description": _("Times are those of the practice."),
            },
        ),
        (_("For the other editors"), {"fields": ["comment"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(address, self.admin_site.admin_view(view), name=f"articles_page_{name}")
            for address, view, name in VIEWS
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        rows = super().get_queryset(request)
        match = request.resolver_match
        listing = bool(match and (match.url_name or "").endswith("changelist"))
        return rows.defer("body") if listing else rows

    def get_form(self, request: Any, obj: Page | None = None, change: bool = False, **kw: Any):
        form = super().get_form(request, obj, change=change, **kw)
        return type(form.__name__, (form,), {"by": request.user})

    def changeform_view(self, request: Any, object_id: Any = None, *args: Any, **kwargs: Any):
        """The preview button shows what is typed, and stores nothing."""
        if request.method == "POST" and "_preview" in request.POST:
            allowed = self.has_change_permission(request) and self.has_add_permission(request)
            if allowed:
                return previews.response(request, self._typed(request, object_id), lasts=False)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def _typed(self, request: Any, object_id: str | None) -> Page:
        page = self.get_object(request, object_id) if object_id else None
        return self.get_form(request, page)(request.POST, instance=page).typed()

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        """Only drafts, and only on their own page: a public page is withdrawn instead."""
        is_draft = obj is not None and obj.status == Page.Status.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Page) -> None:
        pages.delete(page=obj)

    def save_model(self, request: Any, obj: Page, form: Any, change: bool) -> None:
        """One action stores the text and the version, and takes the chosen step."""
        move, written = workflow.pressed(request.POST), form.cleaned_data
        pages.save_written(
            page=obj, by=request.user, move=move, comment=written.get("comment", ""),
            seen=written["seen"],
        )  # fmt: skip
        if move:
            messages.info(request, CONFIRMATIONS[Version.Step(move.step)])
