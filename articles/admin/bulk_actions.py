"""What an editor can do to several articles at once, from the list."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.admin.upkeep import withdrawal
from articles.models import Article, Author, Series, Topic
from articles.publishing import actions as publishing
from articles.publishing import workflow
from articles.upkeep import actions as upkeep


@admin.action(description=_("Publish now"), permissions=["change"])
def publish_now(model_admin: admin.ModelAdmin, request: Any, queryset: QuerySet) -> None:
    def publish(article: Article) -> None:
        publishing.move(article=article, move=workflow.PUBLISH, by=request.user)

    _change_each(model_admin, request, queryset, publish, _("Published"))


@admin.action(description=_("Withdraw from readers"), permissions=["change"])
def withdraw(model_admin: admin.ModelAdmin, request: Any, queryset: QuerySet) -> HttpResponse:
    """Asks for the reason, on a page of its own."""
    return withdrawal.page_for(list(queryset.all()))


# As many fields as a form may have, with room for the others.
MOST_AT_ONCE = 500


class FileUnderForm(forms.Form):
    """What is left empty stays as it is."""

    topic = forms.ModelChoiceField(
        Topic.objects.all(), label=_("Topic"), required=False, empty_label=_("As it is")
    )
    author = forms.ModelChoiceField(
        Author.objects.all(), label=_("Author"), required=False, empty_label=_("As it is")
    )
    series = forms.ModelChoiceField(
        Series.objects.all(), label=_("Series"), required=False, empty_label=_("As it is"),
        help_text=_("The articles follow its last one, the earliest first."),
    )  # fmt: skip


@admin.action(description=_("Set topic, author or series"), permissions=["change"])
def file_under(model_admin: Any, request: Any, queryset: QuerySet) -> HttpResponse | None:
    """Asks which, on a page of its own."""
    form = FileUnderForm(request.POST if "filed" in request.POST else None, label_suffix="")
    if not form.is_valid():
        context = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts,
                   "title": _("Set topic, author or series"), "form": form,
                   "articles": queryset.all()[:MOST_AT_ONCE]}  # fmt: skip
        return render(request, "articles/admin/file_under.html", context)

    def file(article: Article) -> None:
        publishing.file_under(article=article, by=request.user, **form.cleaned_data)

    _change_each(model_admin, request, queryset.order_by("publish_at", "pk"), file, _("Changed"))
    return None


@admin.action(description=_("Reviewed, nothing changed"), permissions=["change"])
def mark_reviewed(model_admin: admin.ModelAdmin, request: Any, queryset: QuerySet) -> None:
    def mark(article: Article) -> None:
        upkeep.mark_reviewed(article=article, by=request.user, seen=article.version)

    _change_each(model_admin, request, queryset, mark, _("Reviewed"))


@admin.action(description=_("Remove the “sample” mark"), permissions=["change"])
def remove_sample_mark(model_admin: admin.ModelAdmin, request: Any, queryset: QuerySet) -> None:
    def confirm(article: Article) -> None:
        article.confirm()
        article.save()

    _change_each(model_admin, request, queryset, confirm, _("Mark removed"))


def _change_each(
    model_admin: admin.ModelAdmin, request: Any, queryset: QuerySet[Article],
    change: Callable[[Article], None], name: object,
) -> None:  # fmt: skip
    """Changes each article, with a log entry, and reports why some cannot be changed. Each is read
    again under a lock, so that what somebody saves meanwhile is not overwritten."""
    changed = 0
    for article in queryset.all():
        try:
            with transaction.atomic():
                change(Article.objects.select_for_update().get(pk=article.pk))
                model_admin.log_change(request, article, str(name))
            changed += 1
        except ValidationError as error:
            messages.error(request, f"{article}: {' '.join(error.messages)}")
    if changed:
        count = ngettext("%(n)s article", "%(n)s articles", changed) % {"n": changed}
        messages.success(request, f"{name}: {count}")
