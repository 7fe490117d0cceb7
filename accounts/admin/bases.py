"""Base classes of the admin. The policy querysets decide which rows its lists show."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.admin.widgets import SearchSelect, SearchSelectMultiple
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import User

# The lookups that may follow the name of a declared filter in a URL.
LOOKUPS = {"exact", "id", "slug", "isnull", "isempty", "in", "gt", "gte", "lt", "lte"}
LOOKUPS |= {"year", "month", "day"}


class PracticeModelAdmin(admin.ModelAdmin):
    """The base of every admin: a row that a person may not see is a 404, as on the pages."""

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Django would redirect to the index, with a message that it "doesn't exist"."""
        raise Http404

    # Whether a row's history page shows which person the row is about.
    history_names = True

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allows declared filters only. Django allows any field of the model itself, so that
        `?password__startswith=` would reveal a hash one letter at a time."""
        return any(
            lookup == name
            or (
                lookup.startswith(f"{name}__")
                and set(lookup[len(name) + 2 :].split("__")) <= LOOKUPS
            )
            for name in self._declared(request)
        )

    def _declared(self, request: HttpRequest) -> set[str]:
        names = {self.date_hierarchy} if self.date_hierarchy else set()
        for entry in self.get_list_filter(request):
            declared: Any = entry[0] if isinstance(entry, list | tuple) else entry
            names.add(declared if isinstance(declared, str) else declared.parameter_name)
        return names

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """The two fields of a date and a time get a name each: Django's label names neither."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, AdminSplitDateTime):
            for part, name in zip(field.widget.widgets, (_("Date"), _("Time")), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {name}"
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def changelist_view(self, request, extra_context=None):
        """An action that is posted with a malformed id is a bad request, not a server error."""
        try:
            response = super().changelist_view(request, extra_context)
        except ValidationError as error:
            raise SuspiciousOperation("a malformed id") from error
        if changelist := (getattr(response, "context_data", None) or {}).get("cl"):
            self.record_list_shown(request, list(changelist.result_list))
        return response

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Labels without Django's colon, as on the pages."""
        context["adminform"].form.label_suffix = ""
        if obj is not None:
            self.record_row_shown(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def record_list_shown(self, request, rows: list) -> None:
        """Overridden where rows are about people, to record in the audit log who was listed."""

    def record_row_shown(self, request, row) -> None:
        """The same for one row, whose form or history was shown."""

    def history_view(self, request, object_id, extra_context=None):
        """Checks the permission first: Django would look the object up before it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        response = super().history_view(request, object_id, extra_context)
        row = (getattr(response, "context_data", None) or {}).get("object")
        if row and self.history_names:
            self.record_row_shown(request, row)
        return response


class RecordsPeopleMixin:
    """Records which people a page showed; `person_of` returns the person whom a row is about."""

    def person_of(self, row) -> User:
        return row

    def record_list_shown(self, request, rows: list) -> None:
        about = [(None, self.person_of(row)) for row in rows]
        audit.record_each(AccountVerb.PEOPLE_LISTED, by=request.user, about=about, request=request)

    def record_row_shown(self, request, row) -> None:
        person = self.person_of(row)
        audit.record(AccountVerb.PERSON_OPENED, by=request.user, target=person, request=request)


class ReadOnlyAdmin(PracticeModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
