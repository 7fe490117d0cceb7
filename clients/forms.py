import re
import uuid
from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import idempotency
from accounts.access import Permission, Role, allows
from accounts.forms import AddressField, plain_helper
from accounts.models import User
from accounts.validators import year_makes_sense
from articles.models import Article
from assessments.models import Attempt, Instrument, InstrumentVersion
from clients import mails
from clients.journey import Kind
from clients.models import Enquiry, Step
from clients.models.enquiry import SENT_ONCE
from clients.words import ASKED, CHOOSE


def therapists():
    """Active people who hold the role now."""
    group = Group.objects.filter(name=Role.THERAPIST.value)
    return User.objects.filter(is_active=True, groups__in=group)


class InviteForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As the person likes to be called.")
    )
    email = AddressField(
        label=_("E-mail"), max_length=254, help_text=_("The invitation goes here.")
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
        else:  # A therapist invites into their own care.
            del self.fields["therapist"]


class KeyedForm(forms.Form):
    """A form that is made with an idempotency key, so that sending it twice is sending it once."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_key(self) -> uuid.UUID:
        """A key that a browser or an extension spoilt is no fault of the person's."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()


class EnquiryForm(KeyedForm, forms.ModelForm):
    """A visitor's request. `attempt`: the result they came from, attached only if they say so."""

    attempt_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    attach = forms.BooleanField(
        label=_("Attach my result, so that the therapist can see it."), required=False
    )
    consent = forms.BooleanField(
        label=_("The practice may keep this, and contact me about a first session."),
        error_messages={"required": _("Without this we may not answer you.")},
    )

    class Meta:
        model = Enquiry
        fields = ["name", "email", "phone", "about"]
        field_classes = {"email": AddressField}
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}
        labels = {"about": _("In a sentence: what is it about?")}
        help_texts = {
            "email": _("An e-mail address or a phone number is enough."),
            "about": _("Only as much as you like; you may leave this empty."),
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
        if not (cleaned.get("email") or cleaned.get("phone") or self.errors):
            self.add_error("email", _("Please leave an e-mail address or a phone number."))
        return cleaned

    def keep(self) -> None:
        """Stores the request once, however often it is sent."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        attach = self.attempt if self.cleaned_data.get("attach") else None
        enquiry = Enquiry(
            attempt=attach, consented_at=timezone.now(),
            idempotency_key=self.cleaned_data["key"], **said,
        )  # fmt: skip
        with idempotency.once(SENT_ONCE):
            enquiry.save(force_insert=True)
            mails.tell_of_enquiry(enquiry)


class SeenForm(forms.Form):
    """A change of the path; `seen` is the version of the journey that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_seen(self) -> int:
        """0, which is no version, where the page's own field came back spoilt."""
        return self.cleaned_data["seen"] or 0


class MoveForm(SeenForm):
    """Where to, and why."""

    to = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, back: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        reason = self.fields["reason"]
        if back:
            reason.label = _("Why go back? The client reads this")
            reason.help_text = _("Going back is part of the way.")
            reason.widget.attrs["required"] = True
        else:
            reason.label = _("A word to the client about this move, if you like")
            reason.help_text = _("They read it on their path, beside the new step.")


class ChangeForm(SeenForm):
    """A pause, an end or a return, with what the client will read about it."""

    reason = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The client reads this."),
    )

    def __init__(self, *args, kind: Kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["reason"].label = ASKED[kind]


class SessionForm(forms.Form):
    name = "session_form"  # On the page that it comes back to.
    at = forms.DateTimeField(
        label=_("Next session"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Please give a date and a time.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if abs(at - timezone.now()) > timedelta(days=366):
            raise forms.ValidationError(_("This is more than a year away: is the year right?"))
        return at

    def refuse(self, error: forms.ValidationError) -> None:
        self.add_error("at", forms.ValidationError(error.messages))


class TodayForm(forms.Form):
    """There was a session today; its time is asked for where none is planned."""

    name = "today_form"
    began = forms.TimeField(
        label=_("Today’s session began at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def refuse(self, error: forms.ValidationError) -> None:
        at = hasattr(error, "error_dict")
        self.add_error("began", _("There is a session at that time already.") if at else error)


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
        choices=[
            ("", _("By need")),
            ("name", _("By name")),
            ("step", _("By step")),
            ("since", _("Longest on a step")),
            ("contact", _("Longest unseen")),
        ],
    )

    needs = forms.BooleanField(label=_("Who needs me"), required=False)
    closed = forms.BooleanField(label=_("Closed paths"), required=False)

    def __init__(self, *args, steps: list[Step], **kwargs):
        super().__init__(*args, **kwargs)
        step = cast(forms.ChoiceField, self.fields["step"])
        step.choices = [("", _("Every step")), *((s.number, str(s)) for s in steps)]
        for field in self.fields.values():
            kind = {"Select": "form-select", "CheckboxInput": "form-check-input"}
            field.widget.attrs["class"] = kind.get(type(field.widget).__name__, "form-control")


class InstrumentField(forms.ModelChoiceField):
    """Instruments that are offered, by their titles."""

    def offer(self) -> None:
        """One query more when the choices are shown."""
        self.titles = InstrumentVersion.objects.titles(get_language() or "")
        self.queryset = Instrument.objects.filter(slug__in=self.titles)

    def label_from_instance(self, obj: Instrument) -> str:
        return self.titles.get(obj.slug, obj.slug)


class TaskForm(KeyedForm):
    """A task for a client: of the library, or in the therapist's own words."""

    title = forms.CharField(label=_("Task"), max_length=120)
    text = forms.CharField(
        label=_("What to do"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The client reads this."),
    )
    article = forms.ModelChoiceField(
        label=_("To read"),
        required=False,
        queryset=Article.objects.none(),
        empty_label=_("Nothing"),
    )
    instrument = InstrumentField(
        label=_("To fill in"),
        required=False,
        queryset=Instrument.objects.none(),
        empty_label=_("Nothing"),
    )
    due_on = forms.DateField(
        label=_("Until"),
        required=False,
        validators=[year_makes_sense],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4
        article = cast(forms.ModelChoiceField, self.fields["article"])
        article.queryset = Article.objects.published().order_by("title")
        cast(InstrumentField, self.fields["instrument"]).offer()

    def clean(self) -> dict:
        said = super().clean() or {}
        if said.get("instrument") and not said.get("text", "").strip():
            self.add_error("text", _("Please say why you ask for this: the client reads it."))
        return said


class TaskDoneForm(forms.Form):
    reflection = forms.CharField(
        label=_("How was it?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("If you like: what you wrote, or how it was. Your therapist reads it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
