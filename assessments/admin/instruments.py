"""Instruments in the admin, for managers: upload, preview, publish, retire, and norms.

Attempts, answers and results are not registered: nobody sees them in the admin.
"""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Permission, allows
from accounts.admin.bases import PracticeModelAdmin
from assessments.admin.forms import (
    AudienceForm,
    FactForm,
    RetestForm,
    StyleNamesForm,
    UploadForm,
)
from assessments.catalogue import actions as catalogue
from assessments.models import Audience, InstrumentVersion, ScaleFact
from assessments.taking import preview


class ManagersAdmin(PracticeModelAdmin):
    """For managers only. Rows can be added and viewed, but not edited or deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return allows(request.user, Permission.MANAGE_PRACTICE)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return allows(request.user, Permission.MANAGE_PRACTICE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return allows(request.user, Permission.MANAGE_PRACTICE)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(InstrumentVersion)
class InstrumentVersionAdmin(ManagersAdmin):
    list_display = [
        "title", "instrument", "version", "language", "status", "audience", "published_at",
    ]  # fmt: skip
    list_filter = ["status", "instrument__audience", "language"]
    search_fields = ["instrument__slug", "version"]
    list_select_related = ["instrument"]
    actions = ["publish", "retire"]
    change_form_template = "admin/assessments/version_change_form.html"
    readonly_fields = (
        "title", "instrument", "version", "language", "status", "audience", "style_names",
        "created_at", "published_at", "retired_at", "sha256", "content",
    )  # fmt: skip
    fieldsets = [
        (None, {"fields": readonly_fields[:-1]}),
        (gettext_lazy("The file"), {"fields": readonly_fields[-1:]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InstrumentVersion]:
        return InstrumentVersion.objects.visible_to(request.user)

    @admin.display(description=gettext_lazy("title"))
    def title(self, version: InstrumentVersion) -> str:
        return version.definition["title"]

    @admin.display(description=gettext_lazy("who may take it"))
    def audience(self, version: InstrumentVersion) -> str:
        return version.instrument.get_audience_display()

    @admin.display(description=gettext_lazy("results name the closest style"), boolean=True)
    def style_names(self, version: InstrumentVersion) -> bool:
        return version.instrument.names_styles

    @admin.display(description=gettext_lazy("content"))
    def content(self, version: InstrumentVersion) -> str:
        return json.dumps(version.definition, indent=1, ensure_ascii=False)

    def get_urls(self) -> list[Any]:
        pages = {
            "preview": self.preview_view,
            "audience": self.audience_view,
            "names": self.style_names_view,
            "retest": self.retest_view,
        }
        own_urls = [
            path(
                f"<uuid:version_id>/{page}/",
                self.admin_site.admin_view(view),
                name=f"assessments_instrumentversion_{page}",
            )
            for page, view in pages.items()
        ]
        return [*own_urls, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Uploads a file instead of filling in fields: stores a draft, or lists every problem."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        version = self._stored(form) if request.method == "POST" and form.is_valid() else None
        if version:
            self.log_addition(request, version, [{"added": {}}])
            text = _(
                "%(version)s is stored. Preview it as a client will see it, choose who may take it,"
                " then publish it."
            )
            self.message_user(request, text % {"version": version}, messages.SUCCESS)
            return redirect("admin:assessments_instrumentversion_change", version.pk)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "form": form, "title": _("Upload an instrument file"),
        }  # fmt: skip
        return render(request, "admin/assessments/upload.html", context)

    def _stored(self, form: UploadForm) -> InstrumentVersion | None:
        """The version, which may have existed already. None if the form has problems."""
        definition = form.cleaned_data["file"]
        if definition is None:
            return None
        try:
            version, _created = catalogue.load_instrument(definition=definition)
        except catalogue.ContentDiffers:
            form.report_difference()
            return None
        return version

    def _version(self, request: HttpRequest, version_id: UUID) -> InstrumentVersion:
        if not self.has_view_permission(request):
            raise PermissionDenied
        versions = self.get_queryset(request).select_related("instrument")
        return get_object_or_404(versions, pk=version_id)

    def audience_view(self, request: HttpRequest, version_id: UUID) -> HttpResponse:
        """Sets who may take the instrument, in all its versions."""
        version = self._version(request, version_id)
        form = AudienceForm(request.POST or None, instrument=version.instrument)
        if request.method == "POST" and form.is_valid():
            chosen = Audience(form.cleaned_data["audience"])
            catalogue.set_audience(instrument=version.instrument, audience=chosen)
            self._confirm(request, version, _("%(title)s can now be taken by: %(audience)s."))
            return redirect("admin:assessments_instrumentversion_change", version.pk)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "form": form, "version": version,
            "title": _("Who may take “%(title)s”?") % {"title": version.definition["title"]},
        }  # fmt: skip
        return render(request, "admin/assessments/audience.html", context)

    def style_names_view(self, request: HttpRequest, version_id: UUID) -> HttpResponse:
        """Sets whether the instrument's results name a style, in all its versions."""
        version = self._version(request, version_id)
        named = version.instrument.names_styles
        form = StyleNamesForm(request.POST or None, initial={"named": named})
        if request.method == "POST" and form.is_valid():
            named = form.cleaned_data["named"]
            catalogue.set_style_names(instrument=version.instrument, named=named)
            text = _("Results of %(title)s name the closest style.")
            if not named:
                text = _("Results of %(title)s name no style.")
            self._confirm(request, version, text)
            return redirect("admin:assessments_instrumentversion_change", version.pk)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "form": form, "version": version,
            "title": _("What does a result of “%(title)s” name?") % {
                "title": version.definition["title"]
            },
        }  # fmt: skip
        return render(request, "admin/assessments/style_names.html", context)

    def retest_view(self, request: HttpRequest, version_id: UUID) -> HttpResponse:
        """Sets how soon the instrument can be repeated, in all its versions."""
        version = self._version(request, version_id)
        form = RetestForm(request.POST or None, initial={"days": version.instrument.retest_days})
        if request.method == "POST" and form.is_valid():
            days = form.cleaned_data["days"]
            catalogue.set_retest_days(instrument=version.instrument, days=days)
            self._confirm(request, version, _("%(title)s is repeated as you have set."))
            return redirect("admin:assessments_instrumentversion_change", version.pk)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "form": form, "version": version,
            "title": _("How soon can “%(title)s” be repeated?") % {
                "title": version.definition["title"]
            },
        }  # fmt: skip
        return render(request, "admin/assessments/retest.html", context)

    def preview_view(self, request: HttpRequest, version_id: UUID) -> HttpResponse:
        version = self._version(request, version_id)
        back = reverse("admin:assessments_instrumentversion_change", args=[version.pk])
        return preview.show(request, version, back)

    @admin.action(description=gettext_lazy("Publish (the version offered until now is retired)"))
    def publish(
        self, request: HttpRequest, queryset: QuerySet[InstrumentVersion]
    ) -> HttpResponse | None:
        """Says first who will see the wording."""
        if "confirm" not in request.POST:
            context = self.admin_site.each_context(request) | {
                "opts": self.opts, "versions": queryset.select_related("instrument"),
                "title": _("Publish?"),
            }  # fmt: skip
            return render(request, "admin/assessments/publish.html", context)
        for version in queryset:
            catalogue.publish(version=version)
            text = _("%(title)s is published. It can be taken by: %(audience)s.")
            self._confirm(request, version, text)
        return None

    @admin.action(description=gettext_lazy("Retire (attempts already begun can still be finished)"))
    def retire(self, request: HttpRequest, queryset: QuerySet[InstrumentVersion]) -> None:
        for version in queryset:
            catalogue.retire(version=version)
            self._confirm(request, version, _("%(title)s is retired."))

    def _confirm(self, request: HttpRequest, version: InstrumentVersion, text: str) -> None:
        """Logs the change and shows a message."""
        audience = self.audience(version)
        self.log_change(request, version, f"{version.get_status_display()}; {audience}")
        names = {"title": version.definition["title"], "audience": audience}
        self.message_user(request, text % names, messages.SUCCESS)


@admin.register(ScaleFact)
class ScaleFactAdmin(ManagersAdmin):
    """Norms and reliabilities, kept beside a version that never changes: added, never edited."""

    form = FactForm
    list_display = ["version", "scale", "kind", "sample", "own", "added_by", "added_at"]
    list_filter = ["kind", "own"]
    list_select_related = ["version__instrument", "added_by"]
    search_fields = ["version__instrument__slug", "sample"]
    ordering = ["-added_at"]

    def get_fields(self, request: HttpRequest, obj: ScaleFact | None = None) -> Any:
        common = ["scale", "kind", "sample", "source"]
        if obj:
            return ["version", *common, "numbers", "own", "added_by", "added_at"]
        return [*common, "value", "n", "mean", "sd", "percentiles"]

    def get_readonly_fields(self, request: HttpRequest, obj: ScaleFact | None = None) -> Any:
        return self.get_fields(request, obj) if obj else []

    @admin.display(description=gettext_lazy("scale"))
    def scale(self, fact: ScaleFact) -> str:
        scale = fact.version.questionnaire.scale(fact.scale_id)
        return scale.title if scale else fact.scale_id

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        newest_first = InstrumentVersion.objects.visible_to(request.user).order_by("-created_at")
        versions = newest_first.select_related("instrument")
        return type(form.__name__, (form,), {"versions": versions})

    def save_model(self, request: Any, obj: ScaleFact, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        names = ("version", "scale_id", "kind", "sample", "source", "numbers")
        fact = catalogue.add_fact(by=request.user, **{name: cleaned[name] for name in names})
        obj.pk, obj._state.adding = fact.pk, False
        obj.version, obj.scale_id = fact.version, fact.scale_id
