"""The filter and order of the caseload."""

from copy import deepcopy
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.caseload.filters import CLOSED_FIELD, CLOSED_PATHS, FILTERS, ORDERS
from clients.models import Step


class CaseloadFilter(forms.Form):
    """The query parameters of the caseload: a field for each filter, and the order. Invalid values
    are ignored."""

    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[(name, order.label) for name, order in ORDERS.items()],
    )

    def __init__(self, *args, steps: list[Step], **kwargs):
        super().__init__(*args, **kwargs)
        fields = {name: one.field for name, one in FILTERS.items()} | {CLOSED_PATHS: CLOSED_FIELD}
        self.fields |= {name: deepcopy(field) for name, field in fields.items()}
        self.order_fields(["q", "step", "unmeasured", "sort"])
        step = cast(forms.ChoiceField, self.fields["step"])
        step.choices = [("", _("All steps")), *((s.number, str(s)) for s in steps)]
        for field in self.fields.values():
            kind = {"Select": "form-select", "CheckboxInput": "form-check-input"}
            field.widget.attrs["class"] = kind.get(type(field.widget).__name__, "form-control")

    def used(self) -> dict[str, Any]:
        """The valid values. One that is not valid leaves the others in use."""
        self.is_valid()
        return self.cleaned_data if self.is_bound else {}

    def in_address(self) -> dict[str, str]:
        """The parameters in use as they were sent, for a form that asks for the same list."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}
