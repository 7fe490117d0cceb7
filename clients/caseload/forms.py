"""What the caseload's address may ask for."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Step


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
