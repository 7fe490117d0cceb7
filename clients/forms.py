"""Forms and fields that several features build on."""

import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.validators import year_makes_sense


class KeyedForm(forms.Form):
    """A form that is made with an idempotency key, so that sending it twice is sending it once."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_key(self) -> uuid.UUID:
        """A key that a browser or an extension spoilt is no fault of the person's."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()


class SeenForm(forms.Form):
    """A change of the path; `seen` is the version of the journey that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_seen(self) -> int:
        """0, which is no version, where the page's own field came back spoilt."""
        return self.cleaned_data["seen"] or 0


def day_field(label) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[year_makes_sense])


class SpanForm(forms.Form):
    """The days, in the address; the last `days` where it says nothing."""

    first = day_field(_("From"))
    last = day_field(_("Until the end of"))

    def __init__(self, said, *args, days: int = 182, **kwargs):
        today = timezone.localdate()
        start = {"first": today - timedelta(days=days), "last": today}
        names = {"first": "from", "last": "until"}
        data = {key: said.get(name) or str(start[key]) for key, name in names.items()}
        super().__init__(data, *args, **kwargs)
        self.helper = plain_helper()

    def clean(self) -> dict:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return said
