"""The editors' desk for handouts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.bases import PracticeModelAdmin
from articles.admin.access import may_view_handouts
from articles.handouts import actions, pdf
from articles.handouts.views import download
from articles.models import Handout, HandoutVersion

FAULTS = {
    pdf.Fault.TOO_LARGE: _("The file is larger than %(limit)s MB."),
    pdf.Fault.NOT_A_PDF: _("This is not a PDF that can be read. Please export it as PDF again."),
    pdf.Fault.ENCRYPTED: _("The PDF is protected by a password or by rights. Please remove both."),
    pdf.Fault.ACTIVE: _(
        "The PDF contains scripts, other files or actions. Please export it without them."
    ),
}


class HandoutForm(forms.ModelForm):
    file = forms.FileField(
        label=_("PDF file"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    class Meta:
        model = Handout
        fields = ["title", "slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "At most %(limit)s MB, without scripts, attachments and passwords."
        ) % {"limit": pdf.MAX_BYTES // 1024 // 1024}
        if self.instance.pk:
            self.fields["file"].required = False
            self.fields["file"].label = _("A new version (PDF file)")

    def clean_file(self) -> bytes | None:
        upload = self.cleaned_data.get("file")
        if not upload:
            return None
        data: bytes = upload.read(pdf.MAX_BYTES + 1)
        try:
            return pdf.read(data).data
        except pdf.Refused as refused:
            limit = {"limit": pdf.MAX_BYTES // 1024 // 1024}
            raise forms.ValidationError(FAULTS[refused.fault], params=limit) from refused


@admin.register(Handout)
class HandoutAdmin(PracticeModelAdmin):
    form = HandoutForm
    list_display = ["title", "address", "newest"]
    search_fields = ["title", "slug"]
    ordering = ["title"]
    readonly_fields = ["address", "all_versions"]

    class Media:
        js = ["js/articles-desk.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handout]:
        return super().get_queryset(request).annotate(last_at=Max("versions__at"))

    def get_fields(self, request: HttpRequest, obj: Handout | None = None) -> list[str]:  # type: ignore[override]
        return ["title", "address", "file", "all_versions"] if obj else ["title", "slug", "file"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Handout | None = None) -> dict:
        return {} if obj else {"slug": ["title"]}

    @admin.display(description=_("address"))
    def address(self, handout: Handout) -> str:
        return format_html('<a href="{}">{}</a>', *[handout.get_absolute_url()] * 2)

    @admin.display(description=_("newest version"), ordering="last_at")
    def newest(self, handout: Handout) -> Any:
        return handout.last_at  # type: ignore[attr-defined]

    @admin.display(description=_("versions"))
    def all_versions(self, handout: Handout) -> str:
        rows = (
            (
                reverse("admin:articles_handout_version", args=[handout.pk, version.number]),
                _("Version %(number)s") % {"number": version.number},
                localtime(version.at).strftime("%d %b %Y, %H:%M"),
                version.by.name if version.by else "–",
                ngettext("%(n)s page", "%(n)s pages", version.pages) % {"n": version.pages},
                filesizeformat(version.size),
            )
            for version in handout.versions.select_related("by").order_by("-number")
        )
        line = '<li><a class="alone" href="{}">{}</a>: {}, {}, {}, {}</li>'
        return format_html('<ul class="plain">{}</ul>', format_html_join("", line, rows))

    def save_model(self, request: Any, obj: Handout, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if data := form.cleaned_data.get("file"):
            actions.add_version(handout=obj, data=data, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Handout | None = None) -> bool:
        """One to which a text leads stays; others are deleted only on their own page."""
        return (
            obj is not None
            and not actions.is_linked(obj)
            and super().has_delete_permission(request, obj)
        )

    def delete_model(self, request: HttpRequest, obj: Handout) -> None:
        actions.delete(handout=obj)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/versions/<int:number>/",
            self.admin_site.admin_view(version),
            name="articles_handout_version",
        )
        return [own, *super().get_urls()]


@may_view_handouts
def version(request: HttpRequest, pk: int, number: int) -> FileResponse:
    versions = HandoutVersion.objects.select_related("handout")
    return download(get_object_or_404(versions, handout=pk, number=number))
