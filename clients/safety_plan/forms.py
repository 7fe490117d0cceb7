"""The form of the safety plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.encryption import phone_index
from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.models import SafetyPlan


class NumberField(forms.CharField):
    """One phone number and nothing else. It may be empty."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _(
            "Please enter one phone number here, with digits, spaces and a leading + only. Anything"
            " else belongs beside the name."
        )
    }

    def __init__(self, **kwargs):
        super().__init__(**{"required": False} | kwargs)

    def clean(self, value: object) -> str:
        try:
            return phone_index.cleaned(super().clean(value))
        except phone_index.NotOneNumber:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from None


class SafetyForm(VersionedForm, forms.ModelForm):
    """The plan. The people to call are rows of a name and a number, followed by some empty rows.

    `confirmed` holds the call buttons that the page showed, one on each line.
    """

    MOST_CALLS = 12
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)
    contact_phone = NumberField(label=SafetyPlan._meta.get_field("contact_phone").verbose_name)

    class Meta:
        model = SafetyPlan
        fields = [
            "signs", "helps", "company", "surroundings", "matters",
            "contact_name", "contact_relation", "contact_phone", "contact_agreed",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["seen"].initial = self.instance.version or 0
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
        self._add_calls()

    def _add_calls(self) -> None:
        """Adds the existing calls and two empty rows, but at least as many rows as were
        submitted."""
        calls = self.instance.people_to_call
        sent = [n for n in range(self.MOST_CALLS) if self.data.get(f"call_name_{n}") is not None]
        self.rows = max(3, min(len(calls) + 2, self.MOST_CALLS), *(n + 1 for n in sent or [0]))
        for n in range(self.rows):
            call = calls[n] if n < len(calls) else None
            number = {"n": n + 1}
            self.fields[f"call_name_{n}"] = forms.CharField(
                label=_("Name %(n)s") % number, required=False, max_length=200,
                initial=call.name if call else "",
            )  # fmt: skip
            self.fields[f"call_number_{n}"] = NumberField(
                label=_("Phone number %(n)s") % number, initial=call.number if call else ""
            )

    @property
    def call_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"call_name_{n}"], self[f"call_number_{n}"]) for n in range(self.rows)]

    def clean_confirmed(self) -> list[str]:
        return self.cleaned_data["confirmed"].splitlines()

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        rows = [
            (cleaned.get(f"call_name_{n}"), cleaned.get(f"call_number_{n}"))
            for n in range(self.rows)
        ]
        self.instance.calls = [
            [name or number, number or ""] for name, number in rows if name or number
        ]
        return cleaned
