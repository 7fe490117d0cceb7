"""What the lists and forms of articles and of pages have in common: state, date, and locks."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.admin.bases import PracticeModelAdmin
from accounts.optimistic_lock import CONFLICT
from articles.admin import form_page
from articles.admin.date_widgets import Day, DayAndTime
from articles.models import Article, Publication

Status = Publication.Status


class StateFilter(admin.SimpleListFilter):
    """By the current status: scheduled texts whose time has come count as published."""

    title, parameter_name = _("status"), "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        return Status.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        state = self.value()
        if state == Status.PUBLISHED:
            return queryset.filter(status__in=Publication.PUBLIC, publish_at__lte=now)
        if state == Status.SCHEDULED:
            return queryset.filter(status__in=Publication.PUBLIC, publish_at__gt=now)
        return queryset.filter(status=state) if state in Status.values else queryset


class ReviewFilter(admin.SimpleListFilter):
    """The articles that their topic asks to be read again."""

    title, parameter_name = _("review"), "review"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        return [("due", _("Due for review"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "due":
            return queryset
        return queryset.filter(pk__in=Article.objects.review_due().order_by().values("pk"))


# Django's own scripts of a form weigh a third of a megabyte more: calendars, the actions of a list,
# web addresses in every alphabet.
FORM_SCRIPTS = forms.Media(
    js=["admin/js/vendor/jquery/jquery.min.js", "admin/js/jquery.init.js",
        "admin/js/admin/RelatedObjectLookups.js", "js/articles-desk.js",
        "js/articles-autosave.js"]
)  # fmt: skip


class PublicationAdmin(PracticeModelAdmin):
    change_form_template = "articles/admin/change_form.html"

    formfield_overrides: ClassVar[dict] = {
        models.DateTimeField: {"form_class": forms.SplitDateTimeField, "widget": DayAndTime},
        models.DateField: {"widget": Day},
    }

    @admin.display(description=_("status"), ordering="status")
    def state(self, text: Publication) -> str:
        state = text.state()
        return format_html('<span class="tag {}">{}</span>', form_page.TAGS[state], state.label)

    @admin.display(description=_("date"), ordering="publish_at")
    def date(self, text: Publication) -> str:
        """The day, and for future dates the time."""
        if not text.publish_at:
            return "–"
        ahead = text.publish_at > timezone.now()
        return date_format(localtime(text.publish_at), "j M Y, H:i" if ahead else "j M Y")

    def view_on_site(self, text: Any) -> str | None:
        """Only if readers can see it."""
        return text.get_absolute_url() if text.is_public() else None

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Locks the row while saving, so that concurrent saves notice each other."""
        if request.method != "POST":
            return super().get_object(request, object_id, from_field)
        pk = int(object_id) if object_id.isdigit() else 0
        return self.get_queryset(request).select_for_update(of=("self",)).filter(pk=pk).first()

    def form_context(self, request: Any, text: Any, form: Any) -> dict[str, Any]:
        return form_page.context(text, form, request.user)

    def render_change_form(self, request: Any, context: dict, *args: Any, **kwargs: Any):
        form = context["adminform"].form
        context["media"] = form.media + FORM_SCRIPTS
        context |= self.form_context(request, kwargs.get("obj"), form)
        response = super().render_change_form(request, context, *args, **kwargs)
        if form.stale:
            response.status_code = CONFLICT
        return response
