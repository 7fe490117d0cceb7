"""The site's texts in the admin: one form, a preview of the pages that show them, and versions."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import resolve
from django.utils.translation import gettext_lazy as _

from accounts.admin.bases import PracticeModelAdmin
from accounts.optimistic_lock import CONFLICT
from articles.admin.site.forms import SiteTextsForm, fieldsets
from articles.models import SiteTexts
from articles.publishing import comparison
from articles.site_texts import actions as site_texts
from articles.site_texts.current import Written, previewing
from articles.site_texts.wording import TEXTS

# The pages on which the texts can be looked at before they are saved, by the button's value.
# Those of an app that this one must not import are added by it.
PREVIEWS = {"articles": "/articles/"}


@admin.register(SiteTexts)
class SiteTextsAdmin(PracticeModelAdmin):
    form = SiteTextsForm
    change_list_template = "articles/admin/site_texts_list.html"
    add_form_template = "articles/admin/site_texts.html"
    list_display = ["__str__", "at", "by", "comment"]
    list_select_related = ["by"]
    list_per_page = 50
    ordering = ["-number"]
    actions = None
    autocomplete_fields = ["share_picture"]

    class Media:
        js = ["js/articles-desk.js"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return fieldsets()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Shows what is typed if a preview was asked for, and otherwise the form."""
        place = PREVIEWS.get(request.POST.get("_preview", ""))
        if place and self.has_add_permission(request):
            return self._preview(request, place)
        extra = {"title": _("Site texts"), "subtitle": None}
        return super().add_view(request, form_url, extra | (extra_context or {}))

    def _preview(self, request: HttpRequest, place: str) -> HttpResponse:
        form: Any = self.get_form(request)(request.POST)
        form.full_clean()
        kept = site_texts.written_only(form.texts())
        with previewing(Written(kept, form.picture(), is_preview=True)):
            return _as_a_visitor(request, place)

    def render_change_form(self, request: Any, context: dict, *args: Any, **kwargs: Any) -> Any:
        response = super().render_change_form(request, context, *args, **kwargs)
        if context["adminform"].form.is_stale:
            response.status_code = CONFLICT
        return response

    def save_model(self, request: Any, obj: SiteTexts, form: Any, change: bool) -> None:
        saved = site_texts.save(
            texts=form.texts(), picture=form.picture(), by=request.user,
            seen=form.cleaned_data["seen"], comment=form.cleaned_data["comment"],
        )  # fmt: skip
        obj.pk = saved.pk if saved else None

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is related."""

    def log_addition(self, request: Any, obj: SiteTexts, message: Any) -> Any:
        return super().log_addition(request, obj, message) if obj.pk else None

    def response_add(self, request: Any, obj: SiteTexts, *args: Any, **kwargs: Any) -> HttpResponse:
        if obj.pk:
            messages.success(request, _("Saved. Readers see it now."))
        else:
            messages.info(request, _("Nothing has changed."))
        return redirect("admin:articles_sitetexts_add")

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """A version: what it changed, and a button that brings it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        pk = int(object_id) if object_id.isdecimal() and len(object_id) < 10 else 0
        version = get_object_or_404(SiteTexts.objects.select_related("by", "share_picture"), pk=pk)
        newest = SiteTexts.objects.newest()
        if request.method == "POST":
            return self._restore(request, version, newest.number if newest else 0)
        before = SiteTexts.objects.filter(number__lt=version.number).order_by("-number").first()
        names = {name: text.label for name, text in TEXTS.items()}
        old = dict.fromkeys(names, "") | (before.texts if before else {})
        new = dict.fromkeys(names, "") | version.texts
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "title": str(version),
            "newest": newest,
            "changes": comparison.changes(old, new, fields=names, rich={"privacy_notice"}),
        }
        return TemplateResponse(request, "articles/admin/site_texts_version.html", context)

    def _restore(self, request: Any, version: SiteTexts, seen: int) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        site_texts.save(
            texts=version.texts, picture=version.share_picture, by=request.user, seen=seen,
            comment=str(version),
        )  # fmt: skip
        messages.success(request, _("%(version)s is shown again.") % {"version": version})
        return redirect("admin:articles_sitetexts_changelist")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _as_a_visitor(request: Any, place: str) -> HttpResponse:
    """The public page at this address, rendered here so that it shows what is being previewed."""
    shown: Any = HttpRequest()
    shown.META, shown.method = request.META.copy(), "GET"
    shown.path = shown.path_info = place
    shown.user, shown.session = AnonymousUser(), {}
    shown.csp_nonce = request.csp_nonce
    shown.resolver_match = match = resolve(place)
    response: HttpResponse = match.func(shown, *match.args, **match.kwargs)
    return response
