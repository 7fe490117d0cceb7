"""The editors' desk for articles."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from js_asset.media import Media

from accounts.admin import PracticeModelAdmin
from articles.forms import ArticleForm
from articles.models import Article


class StateFilter(admin.SimpleListFilter):
    """By the status as it is by now: scheduled articles whose time came count as published."""

    title, parameter_name = _("status"), "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        return Article.Status.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        now = timezone.now()
        state = self.value()
        if state == Article.Status.PUBLISHED:
            return queryset.filter(status__in=Article.PUBLIC, publish_at__lte=now)
        if state == Article.Status.SCHEDULED:
            return queryset.filter(status__in=Article.PUBLIC, publish_at__gt=now)
        return queryset.filter(status=state) if state in Article.Status.values else queryset


@admin.register(Article)
class ArticleAdmin(PracticeModelAdmin):
    form = ArticleForm
    change_form_template = "articles/admin/change_form.html"
    list_display = ["title", "state", "date", "topic", "author"]
    list_filter = [StateFilter, "sample", ("topic", admin.RelatedOnlyFieldListFilter),
                   ("author", admin.RelatedOnlyFieldListFilter)]  # fmt: skip
    list_select_related = ["topic", "author"]
    list_per_page = 50
    search_fields = ["title", "excerpt", "slug"]
    date_hierarchy = "publish_at"
    ordering = ["-changed_at"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["topic", "more_topics", "author", "cover"]
    actions = ["publish_now", "withdraw", "take_sample_mark_away"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "excerpt", "body"]}),
        (_("Where it belongs"), {"fields": ["topic", "more_topics", "author", "cover"]}),
        (_("Dates and review"), {"fields": ["publish_at", "updated_on", "reviewed_on", "sample"]}),
        (_("Sources"), {"fields": ["sources"]}),
    ]

    class Media:
        js = ["js/articles-desk.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        found = super().get_queryset(request)
        match = request.resolver_match
        listing = bool(match and (match.url_name or "").endswith("changelist"))
        return found.defer("body", "sources") if listing else found

    @admin.display(description=_("status"), ordering="status")
    def state(self, article: Article) -> str:
        state = article.state()
        pill = format_html('<span class="state {}">{}</span>', state.value, state.label)
        if not article.sample:
            return pill
        return format_html('{} <span class="state sample">{}</span>', pill, _("sample"))

    @admin.display(description=_("date"), ordering="publish_at")
    def date(self, article: Article) -> str:
        """The day; for what is still to come the time too."""
        if not article.publish_at:
            return "–"
        ahead = article.publish_at > timezone.now()
        return date_format(localtime(article.publish_at), "j M Y, H:i" if ahead else "j M Y")

    def view_on_site(self, article: Article) -> str | None:
        """Only where there is something to see."""
        return article.get_absolute_url() if article.is_public() else None

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any):
        """The editor's import map is an inline script: it gets the page's nonce."""
        context["media"] = Media.from_media(context["media"], nonce=request.csp_nonce)  # type: ignore[attr-defined]
        article = kwargs.get("obj")
        context["state"] = article.state() if article else Article.Status.DRAFT
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._say_what_follows(request)

    def _say_what_follows(self, request: HttpRequest) -> None:
        said = {
            "_publish": _("Readers see it now."),
            "_schedule": _("Readers will see it at its date of publication."),
            "_withdraw": _("Readers do not see it any more."),
        }
        for button, message in said.items():
            if button in request.POST:
                messages.info(request, message)

    @admin.action(description=_("Publish now"), permissions=["change"])
    def publish_now(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._each(request, queryset, lambda article, now: article.publish(now), _("Published"))

    @admin.action(description=_("Withdraw from readers"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._each(request, queryset, lambda article, now: article.withdraw(now), _("Withdrawn"))

    @admin.action(description=_("Take the mark “sample” away"), permissions=["change"])
    def take_sample_mark_away(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._each(request, queryset, lambda article, _now: article.confirm(), _("Mark removed"))

    def _each(self, request: HttpRequest, queryset: QuerySet, change: Any, what: object) -> None:
        """Changes one after another, in the log too; those that can't be changed say why."""
        now, done = timezone.now(), 0
        for article in queryset.all():
            try:
                with transaction.atomic():
                    change(article, now)
                    article.full_clean()
                    article.save()
                    self.log_change(request, article, str(what))
                done += 1
            except ValidationError as error:
                text = f"{article}: {' '.join(error.messages)}"
                self.message_user(request, text, messages.ERROR)
        if done:
            count = ngettext("%(n)s article", "%(n)s articles", done) % {"n": done}
            self.message_user(request, f"{what}: {count}", messages.SUCCESS)
