"""Forms for first-session requests and invitations."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.forms import AddressField, plain_helper
from accounts.models import User
from assessments.models import Attempt
from clients.access import therapists
from clients.first_contact.safe_contact import LONGEST_LANGUAGE, SafeContact, Way
from clients.forms import KeyedForm
from clients.intake.labels import TIMES, WAYS
from clients.labels import CHOOSE
from clients.models import Enquiry, EnquiryContact
from clients.models.enquiry import Advice

Moment = TypeVar("Moment", date | None, datetime | None)


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


class ContactForm(KeyedForm, forms.ModelForm):
    """That the practice called or wrote, and what comes next."""

    class Meta:
        model = EnquiryContact
        fields = ["outcome", "call_on", "proposed_at"]
        widgets = {
            "outcome": forms.RadioSelect,
            "call_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "proposed_at": forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            ),
        }
        labels = {"outcome": _("What happened?")}
        help_texts = {
            "proposed_at": _("A time that you named to them. It is not in anybody’s calendar yet.")
        }

    field_order = ["outcome", "call_on", "proposed_at", "key"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        outcome = cast(forms.ChoiceField, self.fields["outcome"])
        outcome.choices = EnquiryContact.Outcome.choices

    def clean_call_on(self) -> date | None:
        day: date | None = self.cleaned_data["call_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return self._within_a_year(day, day)

    def clean_proposed_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["proposed_at"]
        if at and at < timezone.now():
            raise forms.ValidationError(_("This time has passed."))
        return self._within_a_year(at, timezone.localdate(at) if at else None)

    @staticmethod
    def _within_a_year(value: Moment, day: date | None) -> Moment:
        if day and day > timezone.localdate() + timedelta(days=366):
            raise forms.ValidationError(_("This is more than a year away. Is the year right?"))
        return value


class AdviceForm(forms.Form):
    advice = forms.ChoiceField(
        label=_("What do you advise?"), choices=Advice.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]
YES_AND_NO = {"yes": True, "no": False}
OTHER = "other"
# The fields about being reached safely. Each may be left out.
SAFE_CONTACT = ("way", "message", "name_us", "time", "language", "other_language")


class EnquiryForm(KeyedForm, forms.ModelForm):
    """A visitor's request. `attempt` is the result they came from; it is attached only if they
    agree."""

    # One of the two is enough.
    needed_sometimes = frozenset({"email", "phone"})
    way = forms.ChoiceField(
        label=_("How should we answer?"), required=False, choices=WAYS.items(),
        widget=forms.RadioSelect,
    )  # fmt: skip
    message = forms.ChoiceField(
        label=_("If you do not pick up, may we leave a message?"), required=False,
        choices=YES_OR_NO, widget=forms.RadioSelect,
    )  # fmt: skip
    name_us = forms.ChoiceField(
        label=_("May we say who we are?"), required=False, choices=YES_OR_NO,
        widget=forms.RadioSelect,
        help_text=_(
            "To somebody else who picks up, in a message, and in the text of an email. The"
            " address that an email comes from always shows."
        ),
    )  # fmt: skip
    time = forms.ChoiceField(
        label=_("When is a good time to call?"), required=False,
        choices=[("", _("No answer")), *TIMES.items()],
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Which language would you like to speak?"), required=False)
    other_language = forms.CharField(
        label=_("If another language: which?"), required=False, max_length=LONGEST_LANGUAGE
    )
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

    field_order = ["name", "email", "phone", *SAFE_CONTACT, "about", "attach", "consent"]

    def __init__(
        self, *args, attempt: Attempt | None = None, languages: Iterable[str] = (), **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.helper, self.attempt = plain_helper(), attempt
        cast(forms.ChoiceField, self.fields["language"]).choices = [
            ("", _("No answer")),
            *((one, one) for one in languages),
            (OTHER, _("Another language")),
        ]
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
        if {"email", "phone"} & self.errors.keys():
            pass
        elif not reached:
            self.add_error("email", _("Please give an email address or a phone number."))
        elif cleaned.get("way") == Way.PHONE and not cleaned["phone"]:
            self.add_error("phone", _("You would like a call: please give a phone number."))
        elif cleaned.get("way") == Way.EMAIL and not cleaned["email"]:
            self.add_error("email", _("You would like an email: please give an address."))
        return cleaned

    @property
    def before(self) -> list[forms.BoundField]:
        """Who asks, and how to reach them."""
        return [self[name] for name in ("name", "email", "phone")]

    @property
    def safe_contact(self) -> list[forms.BoundField]:
        return [self[name] for name in SAFE_CONTACT]

    @property
    def after(self) -> list[forms.BoundField]:
        shown = {field.name for field in (*self.before, *self.safe_contact)}
        return [field for field in self.visible_fields() if field.name not in shown]

    @property
    def values(self) -> dict[str, Any]:
        """What the visitor asks for, as the arguments of the action that stores it."""
        values = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "key")}
        attach = self.cleaned_data.get("attach")
        return values | {
            "attempt": self.attempt if attach else None,
            "contact": self._contact(),
        }

    def _contact(self) -> SafeContact:
        said = self.cleaned_data
        chosen = str(_("Another language")) if said["language"] == OTHER else said["language"]
        return SafeContact.read(
            {
                "way": said["way"],
                "message": YES_AND_NO.get(said["message"]),
                "name_us": YES_AND_NO.get(said["name_us"]),
                "time": said["time"],
                "language": said["other_language"] or chosen,
            }
        )
