"""The filter and order of the caseload."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Step


class CaseloadFilter(forms.Form):
    """The query parameters of the caseload. Invalid values are ignored."""

    q = forms.CharField(
        label=_("Find a client"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("Find a client"), "type": "search"}),
    )
    step = forms.TypedChoiceField(label=_("Step"), required=False, coerce=int, empty_value=None)
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            ("", _("Needs attention first")),
            ("name", _("Name")),
            ("step", _("Step")),
            ("since", _("Longest on a step")),
            ("contact", _("Longest since a session")),
        ],
    )

    needs = forms.BooleanField(label=_("Needs attention"), required=False)
    closed = forms.BooleanField(label=_("Closed paths"), required=False)

    def __init__(self, *args, steps: list[Step], **kwargs):
        super().__init__(*args, **kwargs)
        step = cast(forms.ChoiceField, self.fields["step"])
        step.choices = [("", _("All steps")), *((s.number, str(s)) for s in steps)]
        for field in self.fields.values():
            kind = {"Select": "form-select", "CheckboxInput": "form-check-input"}
            field.widget.attrs["class"] = kind.get(type(field.widget).__name__, "form-control")
