"""Forms for first-session requests and invitations."""

import re
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.forms import AddressField, plain_helper
from accounts.models import User
from assessments.models import Attempt
from clients.access import therapists
from clients.forms import KeyedForm
from clients.labels import CHOOSE
from clients.models import Enquiry
from clients.models.enquiry import Advice


class EnquirySearch(forms.Form):
    """Sent by POST, because a URL would leave the name or the number in histories and logs."""

    q = forms.CharField(
        label=_("Find by name, email or phone number"), required=False, max_length=120,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "form-control", "autocomplete": "off"}
        ),
    )  # fmt: skip


class InviteForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("The name they like to be called.")
    )
    email = AddressField(
        label=_("Email"), max_length=254, help_text=_("The invitation is sent to this address.")
    )
    therapist = forms.ModelChoiceField(
        label=_("Therapist"), queryset=User.objects.none(), empty_label=CHOOSE
    )

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        chooses = allows(by, Permission.MANAGE_PRACTICE)
        if chooses:
            therapist = cast(forms.ModelChoiceField, self.fields["therapist"])
            therapist.queryset, therapist.initial = therapists(), by.pk
        else:  # Therapists invite into their own care.
            del self.fields["therapist"]


class ClinicianForm(forms.Form):
    clinician = forms.ModelChoiceField(
        label=_("Clinician"), queryset=User.objects.none(), empty_label=CHOOSE
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        cast(forms.ModelChoiceField, self.fields["clinician"]).queryset = therapists()


class AdviceForm(forms.Form):
    advice = forms.ChoiceField(
        label=_("What do you advise?"), choices=Advice.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class EnquiryForm(KeyedForm, forms.ModelForm):
    """A visitor's request. `attempt` is the result they came from; it is attached only if they
    agree."""

    # One of the two is enough.
    needed_sometimes = frozenset({"email", "phone"})
    attempt_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    attach = forms.BooleanField(
        label=_("Attach my result, so that the therapist can see it."), required=False
    )
    consent = forms.BooleanField(
        label=_("The practice may keep this, and contact me about a first session."),
        error_messages={"required": _("Without your agreement we are not allowed to contact you.")},
    )

    class Meta:
        model = Enquiry
        fields = ["name", "email", "phone", "about"]
        field_classes = {"email": AddressField}
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"name": {"required": _("Please give a name that we may call you by.")}}
        labels = {"about": _("In a sentence, what is it about?")}
        help_texts = {
            "email": _("An email address or a phone number is enough."),
            "about": _("Only as much as you like. You can leave this empty."),
        }

    def __init__(self, *args, attempt: Attempt | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper, self.attempt = plain_helper(), attempt
        if attempt is None:
            del self.fields["attach"], self.fields["attempt_key"]
        autofill = {"name": "name", "email": "email", "phone": "tel"}
        for name, token in autofill.items():
            self.fields[name].widget.attrs["autocomplete"] = token
        self.fields["phone"].widget.input_type = "tel"

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].strip()
        if phone and len(re.sub(r"\D", "", phone)) < 7:
            raise forms.ValidationError(_("This looks too short for a phone number."))
        return phone

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        reached = cleaned.get("email") or cleaned.get("phone")
        if not reached and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", _("Please give an email address or a phone number."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What the visitor asks for, as the arguments of the action that stores it."""
        values = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "key")}
        attach = self.cleaned_data.get("attach")
        return values | {"attempt": self.attempt if attach else None}
