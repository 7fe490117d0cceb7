"""What every list of the practice's admin builds on: the policy querysets decide what it shows."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest

from accounts.admin.widgets import SearchSelect, SearchSelectMultiple
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import User

# What may follow a declared filter's name in an address.
ENDS = {"exact", "id", "slug", "isnull", "isempty", "in", "gt", "gte", "lt", "lte"}
ENDS |= {"year", "month", "day"}


class PracticeModelAdmin(admin.ModelAdmin):
    """Every admin of this project: what is not theirs to see is a 404, as on the pages."""

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Django would send people to the index, and say that it "doesn't exist"."""
        raise Http404

    # Whether a row's history says whose it is.
    history_names = True

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Declared filters only. Django allows any field of the model itself, so that
        `?password__startswith=` would be answered one letter at a time."""
        return any(
            lookup == name
            or (lookup.startswith(f"{name}__") and set(lookup[len(name) + 2 :].split("__")) <= ENDS)
            for name in self._declared(request)
        )

    def _declared(self, request: HttpRequest) -> set[str]:
        names = {self.date_hierarchy} if self.date_hierarchy else set()
        for entry in self.get_list_filter(request):
            named: Any = entry[0] if isinstance(entry, list | tuple) else entry
            names.add(named if isinstance(named, str) else named.parameter_name)
        return names

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def changelist_view(self, request, extra_context=None):
        """An action posted with an impossible id is a bad request, not an error of ours."""
        try:
            response = super().changelist_view(request, extra_context)
        except ValidationError as error:
            raise SuspiciousOperation("an impossible id") from error
        if listed := (getattr(response, "context_data", None) or {}).get("cl"):
            self.shown_list(request, list(listed.result_list))
        return response

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            self.shown_one(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def shown_list(self, request, rows: list) -> None:
        """Where rows are about people: the audit log is told who was on the page."""

    def shown_one(self, request, row) -> None:
        """The same for one row, its form or its history."""

    def history_view(self, request, object_id, extra_context=None):
        """Django looks the object up before it asks whether its kind may be seen at all."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        response = super().history_view(request, object_id, extra_context)
        row = (getattr(response, "context_data", None) or {}).get("object")
        if row and self.history_names:
            self.shown_one(request, row)
        return response


class PeopleShown:
    """Told by who they are, as people with an account; `person_of` says whose row it is."""

    def person_of(self, row) -> User:
        return row

    def shown_list(self, request, rows: list) -> None:
        about = [(None, self.person_of(row)) for row in rows]
        audit.record_each(AccountVerb.PEOPLE_LISTED, by=request.user, about=about, request=request)

    def shown_one(self, request, row) -> None:
        verb, target = AccountVerb.PERSON_OPENED, self.person_of(row)
        audit.record(verb, by=request.user, target=target, request=request)


class ReadOnlyAdmin(PracticeModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
