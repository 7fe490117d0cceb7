"""The search form of the audit log: opaque ids, days, a kind of event, an internet address."""

from datetime import datetime, time, timedelta
from typing import cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import STAFF
from accounts.audit.verbs import every_verb
from accounts.forms import plain_helper
from accounts.models import User
from clients.forms import day_field


class AuditLogForm(forms.Form):
    """Sent by GET, so it never holds a name in plain text. Staff are few enough for a select;
    clients are chosen by a link on a row or on their page, or are searched for by POST."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    client = forms.UUIDField(required=False, widget=forms.HiddenInput)
    staff = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label=_("Anybody")
    )
    verb = forms.ChoiceField(label=_("What"), required=False)
    first = day_field(_("From"))
    last = day_field(_("Until the end of"))
    address = forms.GenericIPAddressField(
        label=_("Internet address"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    lists = forms.BooleanField(label=_("Show openings of lists"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["first"].required = self.fields["last"].required = False
        for field in self.fields.values():
            kind = {"Select": "form-select", "CheckboxInput": "form-check-input"}.get(
                type(field.widget).__name__, "form-control"
            )
            field.widget.attrs["class"] = kind
        works = Q(groups__name__in=[role.value for role in STAFF])
        staff = cast(forms.ModelChoiceField, self.fields["staff"])
        staff.queryset = User.objects.filter(works).distinct().order_by("name")
        chosen = sorted(
            ((verb.value, str(verb.label)) for verb in every_verb()), key=lambda pair: pair[1]
        )
        cast(forms.ChoiceField, self.fields["verb"]).choices = [("", _("Anything")), *chosen]

    def clean(self) -> dict:
        """A selected member of staff replaces the `person` of a link; days become times."""
        cleaned = super().clean() or {}
        if cleaned.get("staff"):
            cleaned["person"] = cleaned["staff"].pk
        if cleaned.get("first"):
            cleaned["since"] = _begins(cleaned["first"])
        if cleaned.get("last"):
            cleaned["before"] = _begins(cleaned["last"] + timedelta(days=1))
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return cleaned


def _begins(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
