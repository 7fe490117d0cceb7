"""The editors' desk for articles: the list and the form. Its other pages are in urls.py."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin import bulk_actions, form_page, preview
from articles.admin.drafts import continued, key_for, key_of, store_typed
from articles.admin.forms import ArticleForm
from articles.admin.states import PublicationAdmin, ReviewFilter, StateFilter
from articles.admin.urls import article_pages
from articles.models import Article, Author, Revision
from articles.publishing import actions as publishing
from articles.publishing import workflow


@admin.register(Article)
class ArticleAdmin(PublicationAdmin):
    form = ArticleForm
    change_list_template = "articles/admin/change_list.html"
    list_display = ["title", "state", "date", "topic", "author"]
    list_filter = [StateFilter, ReviewFilter, "sample", ("topic", admin.RelatedOnlyFieldListFilter),
                   ("author", admin.RelatedOnlyFieldListFilter)]  # fmt: skip
    list_select_related = ["topic", "author"]
    list_per_page = 50
    search_fields = ["title", "excerpt", "slug", "body"]
    date_hierarchy = "publish_at"
    ordering = ["-changed_at"]
    autocomplete_fields = ["topic", "more_topics", "author", "cover", "reviewer", "series"]
    actions = [bulk_actions.publish_now, bulk_actions.file_under, bulk_actions.mark_reviewed,
               bulk_actions.withdraw, bulk_actions.remove_sample_mark]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["title", "excerpt", "slug", "body"]}),
        (_("Place"), {"fields": ["topic", "more_topics", "author", "about_danger", "language"]}),
        (
            _("Cover picture"),
            {
                "fields": ["cover"],
                "description": _("Without one, readers see the picture of the topic."),
            },
        ),
        (
            _("Dates and review"),
            {
                "fields": ["publish_at", "updated_on", "reviewer", "reviewed_on", "sample"],
                "classes": ["folded", "dates"],
                "description": _("Times are those of the practice."),
            },
        ),
        (_("Sources"), {"fields": ["sources"], "classes": ["folded", "sources"]}),
        (_("Corrections"), {"fields": ["corrections"], "classes": ["folded", "corrections"]}),
        (_("Series"), {"fields": ["series", "series_place"], "classes": ["folded", "series"]}),
        (_("For the other editors"), {"fields": ["comment"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        return [*article_pages(self.admin_site), *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Without the authors' column while every article has the same author."""
        several = Author.objects.count() > 1
        return [name for name in self.list_display if several or name != "author"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        articles = super().get_queryset(request)
        match = request.resolver_match
        listing = bool(match and (match.url_name or "").endswith("changelist"))
        return articles.defer("body", "sources", "search") if listing else articles.defer("search")

    @admin.display(description=_("status"), ordering="status")
    def state(self, article: Article) -> str:  # type: ignore[override]
        tag = super().state(article)
        if not article.sample:
            return tag
        return format_html('{} <span class="tag warn">{}</span>', tag, _("sample"))

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Topics, authors and pictures are deleted on their own pages: beside a choice, a cross
        would be taken for "choose none"."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Only drafts, and only on their own page: a public article is withdrawn instead."""
        is_draft = obj is not None and obj.status == Article.Status.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    def get_form(self, request: Any, obj: Article | None = None, change: bool = False, **kw: Any):
        """Passes the editor, and the unsaved work that they want to continue."""
        form = super().get_form(request, obj, change=change, **kw)
        work = continued(request, obj)
        known = {"by": request.user, "unsaved": work.content if work else None}
        return type(form.__name__, (form,), known)

    def changeform_view(self, request: Any, object_id: Any = None, *args: Any, **kwargs: Any):
        if request.method == "POST" and "_preview" in request.POST:
            if object_id is None:
                return preview.typed_new(request)
            return preview.typed(request, int(object_id) if object_id.isdecimal() else 0)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def render_change_form(self, request: Any, context: dict, *args: Any, **kwargs: Any):
        article: Any = kwargs.get("obj")
        form = context["adminform"].form
        if form.stale:
            store_typed(request, article, conflict=True)
        return super().render_change_form(request, context, *args, **kwargs)

    def form_context(self, request: Any, article: Any, form: Any) -> dict[str, Any]:
        work, key = continued(request, article), key_for(request, article)
        unsaved = form_page.article_context(article, request.user, work, key)
        return super().form_context(request, article, form) | unsaved

    def save_model(self, request: Any, obj: Article, form: Any, change: bool) -> None:
        """One action stores the text, the topics and the version, and takes the chosen step."""
        move, written = workflow.pressed(request.POST), form.cleaned_data
        publishing.save_written(
            article=obj, by=request.user, move=move, comment=written.get("comment", ""),
            more_topics=written["more_topics"], seen=written["seen"], key=key_of(request),
        )  # fmt: skip
        if move:
            messages.info(request, form_page.CONFIRMATIONS[Revision.Step(move.step)])
        for other in obj.unsaved.select_related("by"):
            text = _(
                "%(who)s has unsaved work on this article, too. They will see that you have saved."
            )
            messages.warning(request, text % {"who": other.by.name})
