"""Base forms and fields shared by several features."""

import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.contact_details import phone_numbers
from accounts.forms import plain_helper
from accounts.validators import year_makes_sense


class KeyedForm(forms.Form):
    """A form with an idempotency key: submitting it twice has the effect of submitting it once."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_key(self) -> uuid.UUID:
        return as_key(self.cleaned_data["key"])


def as_key(text: str) -> uuid.UUID:
    """The key, or a new one if a browser or an extension damaged it."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


class NumberField(forms.CharField):
    """One phone number and nothing else. It may be empty."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _(
            "Please enter one phone number that can be dialled from anywhere: a mobile number, a"
            " landline with its area code, or a number abroad with +. Anything else belongs beside"
            " the name."
        )
    }

    def __init__(self, **kwargs):
        super().__init__(**{"required": False} | kwargs)

    def clean(self, value: object) -> str:
        try:
            return phone_numbers.cleaned(super().clean(value))
        except phone_numbers.NotOneNumber:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from None


def day_field(label) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[year_makes_sense])


class SpanForm(forms.Form):
    """A span of days in the query string; by default the last `days` days."""

    first = day_field(_("From"))
    last = day_field(_("Until the end of"))

    def __init__(self, query, *args, days: int = 182, **kwargs):
        today = timezone.localdate()
        start = {"first": today - timedelta(days=days), "last": today}
        names = {"first": "from", "last": "until"}
        data = {key: query.get(name) or str(start[key]) for key, name in names.items()}
        super().__init__(data, *args, **kwargs)
        self.helper = plain_helper()

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return cleaned
