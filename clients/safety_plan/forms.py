"""The form of the safety plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.forms import NumberField
from clients.models import SafetyPlan
from clients.models.safety_plan import Professional, ProfessionalKind


class SafetyForm(VersionedForm, forms.ModelForm):
    """The plan. The people to call are rows of a name and a number, followed by some empty rows;
    for each kind of professional there is one row.

    `confirmed` holds the call buttons that the page showed, one on each line.
    """

    MOST_CALLS = 12
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)
    contact_phone = NumberField(label=SafetyPlan._meta.get_field("contact_phone").verbose_name)
    follow_up = forms.BooleanField(
        label=_("Remind us to follow up within 72 hours"), required=False
    )

    class Meta:
        model = SafetyPlan
        fields = [
            "signs", "helps", "company", "surroundings", "means", "matters",
            "contact_name", "contact_relation", "contact_phone", "contact_agreed", "review_on",
        ]  # fmt: skip
        widgets = {"review_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, by_client: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["seen"].initial = self.instance.version or 0
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
        self.by_client = by_client
        if by_client:  # What a client writes is always followed up.
            del self.fields["follow_up"]
        else:
            self.fields["follow_up"].initial = not self.instance.version
        self._add_calls()
        self._add_professionals()

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

    def _add_professionals(self) -> None:
        existing = {row.kind: row for row in self.instance.professionals_to_call}
        for kind in ProfessionalKind:
            row = existing.get(kind.value, Professional(kind.value, "", "", ""))
            self.fields[f"{kind}_name"] = forms.CharField(
                label=_("Name"), required=False, max_length=200, initial=row.name
            )
            self.fields[f"{kind}_number"] = NumberField(label=_("Phone number"), initial=row.number)
            self.fields[f"{kind}_hours"] = forms.CharField(
                label=_("When"), required=False, max_length=120, initial=row.hours
            )

    @property
    def call_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"call_name_{n}"], self[f"call_number_{n}"]) for n in range(self.rows)]

    @property
    def professional_rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The label of each kind, and its fields."""
        parts = ("name", "number", "hours")
        return [
            (kind.label, [self[f"{kind}_{part}"] for part in parts]) for kind in ProfessionalKind
        ]

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
        professionals = [
            [
                kind.value,
                *(cleaned.get(f"{kind}_{part}") or "" for part in ("name", "number", "hours")),
            ]
            for kind in ProfessionalKind
        ]
        self.instance.professionals = [row for row in professionals if any(row[1:])] or None
        return cleaned
