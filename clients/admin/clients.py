"""The admin pages of clients: therapists see their current clients and keep the libraries, managers
care links and texts.

The admin shows nobody notes, answers or results. Each list is filtered by the access policy's
querysets; a superuser sees nothing more.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, SignedIn, allows, require_form
from accounts.admin.bases import PracticeModelAdmin, ReadOnlyAdmin
from accounts.audit import recording as audit
from clients.access import ALWAYS, client_record, therapists
from clients.audit_verbs import CareVerb
from clients.care import actions as care
from clients.journey import Kind
from clients.labels import Text
from clients.models import CareLink, Client, Enquiry, NoteTemplate, Step, StepEvent, TaskIdea
from clients.models.path import LibraryEntry, StepEventQuerySet
from clients.path.labels import EVENTS
from clients.path.views import move_page


class MoveInline(admin.TabularInline):
    model = StepEvent
    fields = ["step", "what", "at", "by", "reason"]
    readonly_fields = ["step", "what", "at", "by", "reason"]
    ordering = ["-sequence"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("the path so far")

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return allows(request.user, Permission.SEE_CASELOAD)

    def get_queryset(self, request):
        mine = Client.objects.visible_to(request.user)
        events = cast(StepEventQuerySet, super().get_queryset(request).filter(client__in=mine))
        return events.with_undone().select_related("client__user", "step", "by")

    @admin.display(description=_("what happened"))
    def what(self, event: Any) -> Text:  # With `undone`.
        if event.kind != Kind.MOVE:
            return EVENTS[Kind(event.kind)]
        return _("Move, undone") if event.undone else _("Move")


class StepFilter(admin.SimpleListFilter):
    title, parameter_name = _("step"), "on"

    def lookups(self, request, model_admin):
        return [(str(step.number), str(step)) for step in Step.objects.all()]

    def queryset(self, request, queryset):
        value = self.value() or ""
        return queryset.filter(caseload_index__step=int(value)) if value.isdigit() else queryset


@admin.register(Client)
class ClientAdmin(ReadOnlyAdmin):
    """The therapist's own current clients, with their path and its history."""

    list_display = ["name", "step", "since"]
    list_filter = [StepFilter]
    search_fields = ["user__name"]
    fields = ["name", "created_at"]
    readonly_fields = ["name", "created_at"]
    inlines = [MoveInline]
    change_form_template = "admin/clients/client_change_form.html"

    def get_queryset(self, request):
        mine = Client.objects.visible_to(request.user)
        loaded = mine.with_path().with_caseload_index().with_may_write(request.user)
        return loaded.order_by("user__name")

    def has_module_permission(self, request) -> bool:
        """Not on the index, where therapists find their libraries: a client's record is on the
        caseload."""
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return allows(request.user, Permission.SEE_CASELOAD)

    @admin.display(description=_("name"), ordering="user__name")
    def name(self, client: Client) -> str:
        return client.user.name

    @admin.display(description=_("step"), ordering="caseload_index__step")
    def step(self, client: Client) -> int:
        return client.journey.step

    @admin.display(description=_("since"), ordering="caseload_index__since")
    def since(self, client: Client):
        return client.journey.since

    def get_urls(self):
        move = self.admin_site.admin_view(require_form(client_record(writes=ALWAYS)(self._move)))
        return [
            path("<uuid:client_id>/move/", move, name="clients_client_move"),
            *super().get_urls(),
        ]

    def _move(self, request: SignedIn, client: Client) -> HttpResponse:
        back = reverse("admin:clients_client_change", args=[client.pk])
        context = self.admin_site.each_context(request) | {"opts": self.opts}
        return move_page(request, client, "admin/clients/move.html", back, context)

    def record_list_shown(self, request, rows: list[Client]) -> None:
        clients = [row.pk for row in rows]
        audit.record_list(
            CareVerb.CASELOAD_OPENED, by=request.user, clients=clients, request=request
        )

    def record_row_shown(self, request, row: Client) -> None:
        verb = CareVerb.RECORD_OPENED
        audit.record(verb, by=request.user, client=row.pk, request=request)


@admin.register(CareLink)
class CareLinkAdmin(PracticeModelAdmin):
    """Which therapist cares for which client. Links are added and ended through the audited
    actions, and never deleted."""

    list_display = ["client", "therapist", "starts_at", "ends_at"]
    list_filter = ["ends_at"]
    list_select_related = ["client__user", "therapist"]
    search_fields = ["client__user__name", "therapist__name"]
    ordering = ["-starts_at"]
    fields = ["client", "therapist", "starts_at", "ends_at"]
    actions = ["end_now"]

    @admin.action(description=_("End care now"), permissions=["change"])
    def end_now(self, request, queryset) -> None:
        for link in queryset:
            try:
                care.end_care(link=link, by=request.user)
            except ValidationError as error:
                messages.error(request, f"{link}: {' '.join(error.messages)}")

    def record_list_shown(self, request, rows: list[CareLink]) -> None:
        clients = {row.client_id for row in rows}
        audit.record_list(
            CareVerb.CLIENTS_LISTED, by=request.user, clients=clients, request=request
        )

    def record_row_shown(self, request, row: CareLink) -> None:
        verb = CareVerb.CARE_OPENED
        audit.record(verb, by=request.user, client=row.client_id, request=request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is None:  # The form for a new link offers every client.
            listed = Client.objects.listed_to(request.user).values_list("pk", flat=True)
            verb = CareVerb.CLIENTS_LISTED
            audit.record_list(verb, by=request.user, clients=listed, request=request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_queryset(self, request):
        listed = Client.objects.listed_to(request.user)
        return super().get_queryset(request).filter(client__in=listed)

    def _manages(self, request) -> bool:
        return allows(request.user, Permission.MANAGE_PRACTICE)

    def has_module_permission(self, request) -> bool:
        return self._manages(request)

    def has_view_permission(self, request, obj=None) -> bool:
        return self._manages(request)

    def has_add_permission(self, request) -> bool:
        return self._manages(request)

    def has_change_permission(self, request, obj=None) -> bool:
        return self._manages(request)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request, obj=None):
        return ["client", "therapist", "starts_at"] if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "client":
            kwargs["queryset"] = Client.objects.listed_to(request.user).select_related("user")
        if db_field.name == "therapist":
            kwargs["queryset"] = therapists().exclude(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj: CareLink, form, change: bool) -> None:
        try:
            if change:
                if "ends_at" in form.changed_data:
                    care.set_end(link=obj, by=request.user, at=obj.ends_at)
            else:
                link = care.start_care(
                    client=obj.client, therapist=obj.therapist, by=request.user,
                    starts_at=obj.starts_at, ends_at=obj.ends_at,
                )  # fmt: skip
                obj.pk = link.pk
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnlyAdmin):
    """Who asked for a first session, and when. The text of a request is read and answered on the
    practice's own page, which writes each reading to the audit log."""

    list_display = ["name", "created_at", "closed_at", "client"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["client__user"]
    search_fields = ["name"]
    fields = ["name", "created_at", "closed_at", "client"]
    history_names = False

    def get_queryset(self, request):
        return Enquiry.objects.visible_to(request.user)

    def record_list_shown(self, request, rows: list[Enquiry]) -> None:
        about = [(row.client_id, row) for row in rows]
        audit.record_each(CareVerb.ENQUIRIES_LISTED, by=request.user, about=about, request=request)

    def record_row_shown(self, request, row: Enquiry) -> None:
        audit.record(
            CareVerb.ENQUIRY_OPENED,
            by=request.user,
            client=row.client_id,
            target=row,
            request=request,
        )


class LibraryAdmin(PracticeModelAdmin):
    """A library that managers and therapists keep together. What is no longer offered is
    deactivated, not deleted."""

    list_display = ["title", "step", "active", "changed_by", "changed_at"]
    list_filter = ["step", "active"]
    list_select_related = ["step", "changed_by"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["changed_by", "changed_at"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def save_model(self, request, obj: LibraryEntry, form, change: bool) -> None:
        obj.changed_by, obj.changed_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(TaskIdea)
class TaskIdeaAdmin(LibraryAdmin):
    """The tasks that can be given to clients."""


@admin.register(NoteTemplate)
class NoteTemplateAdmin(LibraryAdmin):
    """The prompts with which a note can start."""


@admin.register(Step)
class StepAdmin(PracticeModelAdmin):
    """The texts of the seven steps. Their number and order are fixed."""

    list_display = ["number", "name", "summary"]
    list_display_links = ["name"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
