"""Instruments in the admin, for managers: look, publish, retire. Files are loaded by a command.

Attempts, answers and results are not registered: they are in nobody's admin.
"""

import json

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Permission, allows
from accounts.admin import PracticeModelAdmin
from assessments import actions
from assessments.models import InstrumentVersion


@admin.register(InstrumentVersion)
class InstrumentVersionAdmin(PracticeModelAdmin):
    list_display = ["title", "instrument", "version", "language", "status", "published_at"]
    list_filter = ["status", "language"]
    search_fields = ["instrument__slug", "version"]
    list_select_related = ["instrument"]
    actions = ["publish", "retire"]
    fields = (
        "title", "instrument", "version", "language", "status", "created_at", "published_at",
        "retired_at", "sha256", "content",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[InstrumentVersion]:
        return InstrumentVersion.objects.visible_to(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return allows(request.user, Permission.MANAGE_PRACTICE)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return allows(request.user, Permission.MANAGE_PRACTICE)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        # No single field changes by hand; only the two actions do anything.
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @admin.display(description=gettext_lazy("title"))
    def title(self, version: InstrumentVersion) -> str:
        return version.definition["title"]

    @admin.display(description=gettext_lazy("content"))
    def content(self, version: InstrumentVersion) -> str:
        return json.dumps(version.definition, indent=1, ensure_ascii=False)

    @admin.action(description=gettext_lazy("Publish (the version offered so far retires)"))
    def publish(self, request: HttpRequest, queryset: QuerySet[InstrumentVersion]) -> None:
        for version in queryset:
            actions.publish(version=version)
            self._tell(request, version, _("%(version)s is published."))

    @admin.action(description=gettext_lazy("Retire (attempts under way can still be finished)"))
    def retire(self, request: HttpRequest, queryset: QuerySet[InstrumentVersion]) -> None:
        for version in queryset:
            actions.retire(version=version)
            self._tell(request, version, _("%(version)s is retired."))

    def _tell(self, request: HttpRequest, version: InstrumentVersion, text: str) -> None:
        self.log_change(request, version, version.get_status_display())
        self.message_user(request, text % {"version": version}, messages.SUCCESS)
