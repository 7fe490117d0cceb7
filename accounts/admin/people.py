"""People in the admin, for managers. Roles change only through the audited action."""

from hashlib import sha256

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.access import Role, roles
from accounts.admin.bases import PracticeModelAdmin, ReadOnlyAdmin, RecordsPeopleMixin
from accounts.consent_texts import blanks
from accounts.consent_texts.blanks import fill_known, is_filled
from accounts.forms import AddressField
from accounts.models import ConsentKind, ConsentText, Invitation, User
from accounts.models.consent import ASKED, paragraphs
from accounts.people import actions as people
from accounts.people.queries import practice_values

ROLE_NAMES = {
    Role.EDITOR: _("Editor: articles"),
    Role.THERAPIST: _("Therapist: their own clients"),
    Role.MANAGER: _("Practice manager: people and care links"),
}


class PersonForm(forms.ModelForm):
    """A person with their roles; `by` is the manager who edits."""

    by: User
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=[(role.value, name) for role, name in ROLE_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "You cannot change your own roles. A client needs no role and is not added here: invite"
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
                # Somebody who could change it could take the account over.
                self.fields["email"].disabled = True
                self.fields["email"].help_text = _(
                    "It can be changed only while an invitation is pending."
                )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if self.adding and not cleaned.get("roles"):
            raise ValidationError(
                {"roles": _("Choose at least one role. Clients are invited instead.")}
            )
        if not self.adding and self.instance.is_waiting and cleaned.get("is_active"):
            raise ValidationError(
                {"is_active": _("They open it themselves, with the link in their invitation.")}
            )
        if self.instance.pk == self.by.pk:
            if set(cleaned.get("roles", [])) != {role.value for role in roles(self.instance)}:
                raise ValidationError(
                    {"roles": _("You cannot change your own roles: please ask another manager.")}
                )
            if not cleaned.get("is_active"):
                raise ValidationError({"is_active": _("You cannot close your own account here.")})
        self._refuse_needed(cleaned)
        return cleaned

    def _refuse_needed(self, cleaned: dict) -> None:
        """Refuses to remove a role on which others depend, with links to what has to end first."""
        if self.adding:
            return
        assigned = people.assigned_roles(self.instance)
        closes = self.instance.is_active and not cleaned.get("is_active")
        selected = {Role(name) for name in cleaned.get("roles", [])}
        removed = assigned if closes else assigned - selected
        for needed in people.needed_roles(self.instance, removed):
            links = format_html_join(", ", '<a href="{1}">{0}</a>', needed.links)
            field = "is_active" if closes else "roles"
            self.add_error(field, format_html("{} {}", needed.reason, links))


@admin.register(User)
class UserAdmin(RecordsPeopleMixin, PracticeModelAdmin):
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
        """An account is closed, not deleted; erasure is a separate decision."""
        return False

    def save_model(self, request, obj: User, form: PersonForm, change: bool) -> None:
        selected = [Role(value) for value in form.cleaned_data["roles"]]
        if not change:
            people.add_person(user=obj, to=selected, by=request.user, request=request)
            messages.info(
                request, _("An email welcomes them, with a link to set up their account.")
            )
            return
        super().save_model(request, obj, form, change)
        if changed := set(form.changed_data) - {"roles"}:
            people.correct_person(user=obj, changed=changed, by=request.user)
        people.set_roles(user=obj, to=selected, by=request.user)


@admin.register(Invitation)
class InvitationAdmin(RecordsPeopleMixin, ReadOnlyAdmin):
    list_display = ["user", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_select_related = ["user", "invited_by"]
    search_fields = ["user__name", "user__email"]
    fields = ["user", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at"]

    def person_of(self, row: Invitation) -> User:
        return row.user


class ConsentTextForm(forms.ModelForm):
    """The next version of a text."""

    class Meta:
        model = ConsentText
        fields = ["kind", "text", "published_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:  # The page that shows an old version has no fields to fill in.
            offered = [(kind.value, kind.label) for kind in ASKED]
            self.fields["kind"] = forms.ChoiceField(label=_("About"), choices=offered)
            names = ", ".join(f"{{{blank}}}" for blank in blanks.Blank)
            self.fields["text"].help_text = _(
                "An empty line begins a new paragraph. If it begins with a few words and a full"
                " stop, or with # and a line of words, they become its heading. These blanks fill"
                " themselves: %(names)s"
            ) % {"names": names}

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if gaps := blanks.gaps(text):
            message = _("Nothing will fill these blanks: %(gaps)s")
            raise ValidationError(message % {"gaps": ", ".join(gaps)})
        return text


@admin.register(ConsentText)
class ConsentTextAdmin(PracticeModelAdmin):
    """A new version is added; an old one, which people may have agreed to, never changes."""

    form = ConsentTextForm
    list_display = ["kind", "version", "published_at"]
    list_filter = ["kind"]
    fields = ["kind", "text", "published_at"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Shows the text as clients will read it first: only words that were shown so are saved."""
        if request.method == "POST" and self.has_add_permission(request):
            form = self.get_form(request)(request.POST)
            if form.is_valid():
                known = {n: value for n, value in practice_values().items() if is_filled(value)}
                words = fill_known(form.cleaned_data["text"], known)
                seen = sha256(words.encode()).hexdigest()
                if request.POST.get("seen") != seen:
                    return self._preview(request, form, words, seen)
        return super().add_view(request, form_url, extra_context)

    def _preview(
        self, request: HttpRequest, form: forms.ModelForm, words: str, seen: str
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "form": form,
            "text": {"paragraphs": paragraphs(words)},
            "seen": seen,
            "title": _("Publish this version?"),
        }
        return render(request, "admin/accounts/consent_text_preview.html", context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """`?kind=`: begins with the present text of that kind."""
        kind = request.GET.get("kind", "")
        if kind not in ASKED:
            return {}
        return {"kind": kind, "text": ConsentText.current(ConsentKind(kind)).text}

    def save_model(self, request, obj: ConsentText, form: ConsentTextForm, change: bool) -> None:
        obj.version = ConsentText.next_version(ConsentKind(obj.kind))
        super().save_model(request, obj, form, change)
        messages.info(
            request,
            _(
                "Clients who agreed to an earlier version see this one on their path, and get one"
                " email about it, at the latest the day after it is published."
            ),
        )

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
