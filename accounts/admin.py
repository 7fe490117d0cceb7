"""People in the admin, for managers. Roles change only through the audited action."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts import actions, audit, mails
from accounts.access import Role, roles
from accounts.admin_widgets import SearchSelect
from accounts.forms import AddressField
from accounts.models import ConsentText, Invitation, User

# What may follow a declared filter's name in an address.
ENDS = {"exact", "id", "slug", "isnull", "isempty", "in", "gt", "gte", "lt", "lte"}
ENDS |= {"year", "month", "day"}
ROLE_NAMES = {
    Role.EDITOR: _("Editor: articles"),
    Role.THERAPIST: _("Therapist: their own clients"),
    Role.MANAGER: _("Practice manager: people and care links"),
}


class PersonForm(forms.ModelForm):
    """A person with their roles. `by` is who is editing."""

    by: User
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=[(role.value, name) for role, name in ROLE_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nobody changes their own roles. A client needs none, and is not added here: invite"
            " them on the practice page."
        ),
    )

    class Meta:
        model = User
        fields = ["name", "email", "is_active"]
        field_classes = {"email": AddressField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.adding = self.instance._state.adding
        if not self.adding:
            self.initial["roles"] = [role.value for role in roles(self.instance)]
            if not self.instance.is_waiting and "email" in self.fields:
                # Whoever could change it could take the account over.
                self.fields["email"].disabled = True
                self.fields["email"].help_text = _("Only while an invitation waits.")

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if self.adding and not cleaned.get("roles"):
            raise ValidationError({"roles": _("Choose at least one. Clients are invited instead.")})
        if not self.adding and self.instance.is_waiting and cleaned.get("is_active"):
            raise ValidationError(
                {"is_active": _("They open it themselves, with the link of their invitation.")}
            )
        if self.instance.pk == self.by.pk:
            if set(cleaned.get("roles", [])) != {role.value for role in roles(self.instance)}:
                raise ValidationError(
                    {"roles": _("Nobody changes their own roles: ask another manager.")}
                )
            if not cleaned.get("is_active"):
                raise ValidationError({"is_active": _("Nobody closes their own account here.")})
        self._refuse_needed(cleaned)
        return cleaned

    def _refuse_needed(self, cleaned: dict) -> None:
        """Where others depend on a role that would go: who they are, and where to see to it."""
        if self.adding:
            return
        held = actions.held_roles(self.instance)
        closes = self.instance.is_active and not cleaned.get("is_active")
        lost = held if closes else held - {Role(name) for name in cleaned.get("roles", [])}
        for why in actions.needed(self.instance, lost):
            links = format_html_join(", ", '<a href="{1}">{0}</a>', why.first)
            field = "is_active" if closes else "roles"
            self.add_error(field, format_html("{} {}", why.words, links))


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
        """Where rows are about people: the trail is told who was on the page."""

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
        audit.record_each(audit.Verb.PEOPLE_LISTED, by=request.user, about=about, request=request)

    def shown_one(self, request, row) -> None:
        verb, target = audit.Verb.PERSON_OPENED, self.person_of(row)
        audit.record(verb, by=request.user, target=target, request=request)


@admin.register(User)
class UserAdmin(PeopleShown, PracticeModelAdmin):
    form = PersonForm
    list_display = ["name", "email", "shown_roles", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    readonly_fields = ["last_login", "date_joined"]
    fields = ["name", "email", "roles", "is_active", "last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fields(self, request, obj=None):
        """Somebody who is being added has neither joined nor signed in yet."""
        return self.fields if obj else [f for f in self.fields if f not in self.readonly_fields]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    @admin.display(description=_("Roles"))
    def shown_roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "–"

    def has_delete_permission(self, request, obj=None) -> bool:
        """An account is closed, not deleted; erasure is a decision of its own."""
        return False

    def save_model(self, request, obj: User, form: PersonForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            audit.record(audit.Verb.PERSON_ADDED, by=request.user, target=obj, request=request)
        if change and (changed := set(form.changed_data) - {"roles"}):
            actions.correct_person(user=obj, changed=changed, by=request.user)
        wanted = [Role(value) for value in form.cleaned_data["roles"]]
        actions.set_roles(user=obj, to=wanted, by=request.user)
        if not change:
            self._send_password_link(request, obj)

    def _send_password_link(self, request: HttpRequest, user: User) -> None:
        mails.post(mails.PASSWORD_RESET, user=user)
        messages.info(request, _("A link to choose a password was sent by e-mail."))


class ReadOnlyAdmin(PracticeModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(PeopleShown, ReadOnlyAdmin):
    list_display = ["user", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_select_related = ["user", "invited_by"]
    search_fields = ["user__name", "user__email"]
    fields = ["user", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at"]

    def person_of(self, row: Invitation) -> User:
        return row.user


@admin.register(ConsentText)
class ConsentTextAdmin(PracticeModelAdmin):
    """A new version is added; an old one, which people may have agreed to, never changes."""

    list_display = ["version", "published_at"]
    fields = ["version", "text", "published_at"]

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
