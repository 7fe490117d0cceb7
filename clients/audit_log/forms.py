"""The search form of the audit log: opaque ids, days, a kind of event, an internet address."""

from datetime import datetime, time, timedelta
from typing import cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import STAFF
from accounts.audit import Verb
from accounts.forms import plain_helper
from accounts.models import User
from clients.audit_log.labels import deed
from clients.forms import day_field


class TrailForm(forms.Form):
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["first"].required = self.fields["last"].required = False
        for field in self.fields.values():
            kind = {"Select": "form-select"}.get(type(field.widget).__name__, "form-control")
            field.widget.attrs["class"] = kind
        works = Q(groups__name__in=[role.value for role in STAFF])
        staff = cast(forms.ModelChoiceField, self.fields["staff"])
        staff.queryset = User.objects.filter(works).distinct().order_by("name")
        chosen = sorted(((verb.value, deed(verb)) for verb in Verb), key=lambda pair: pair[1])
        cast(forms.ChoiceField, self.fields["verb"]).choices = [("", _("Anything")), *chosen]

    def clean(self) -> dict:
        """A selected member of staff replaces the `person` of a link; days become times."""
        said = super().clean() or {}
        if said.get("staff"):
            said["person"] = said["staff"].pk
        if said.get("first"):
            said["since"] = _begins(said["first"])
        if said.get("last"):
            said["before"] = _begins(said["last"] + timedelta(days=1))
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return said


def _begins(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
