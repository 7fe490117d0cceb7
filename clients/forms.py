from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, Role, allows
from accounts.forms import plain_helper
from accounts.models import User
from clients.models import Note, Step


def therapists():
    """Active people who hold the role now."""
    group = Group.objects.filter(name=Role.THERAPIST.value)
    return User.objects.filter(is_active=True, groups__in=group)


class InviteForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As the person likes to be called.")
    )
    email = forms.EmailField(label=_("E-mail"), help_text=_("The invitation goes here."))
    therapist = forms.ModelChoiceField(label=_("Therapist"), queryset=User.objects.none())

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        chooses = allows(by, Permission.MANAGE_PRACTICE)
        self.fields["therapist"].queryset = (
            therapists() if chooses else User.objects.filter(pk=by.pk)
        )
        self.fields["therapist"].initial = by.pk
        if not chooses:
            del self.fields["therapist"]


class MoveForm(forms.Form):
    """Where to; `seen` is the version of the journey that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, back: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        reason = self.fields["reason"]
        if back:
            reason.label = _("Why go back")
            reason.help_text = _("The client reads this. Going back is part of the way.")
            reason.widget.attrs["required"] = True
        else:
            reason.label = _("A word about this move, if you like")
            reason.help_text = _("The client reads this.")


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["text", "audience"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5}), "audience": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["audience"].initial = Note.Audience.PRIVATE
        self.fields["audience"].choices = Note.Audience.choices


class CaseloadFilter(forms.Form):
    """What the caseload's address may say; nonsense counts as nothing said."""

    q = forms.CharField(
        label=_("Find a client"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("Find a client"), "type": "search"}),
    )
    step = forms.TypedChoiceField(label=_("Step"), required=False, coerce=int, empty_value=None)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("name", _("By name")), ("step", _("By step")), ("since", _("Longest first"))],
    )

    def __init__(self, *args, steps: list[Step], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [("", _("Every step")), *((s.number, str(s)) for s in steps)]
        for field in self.fields.values():
            kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = kind
