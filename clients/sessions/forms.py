"""Forms to plan the next session, and to record today's."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import EMPTY_VALUES
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from clients.models import Session


class EnteredForm(forms.ModelForm):
    """What a therapist enters about a session. What is left empty is not in the cleaned data, so
    that the column's default is stored."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {name: value for name, value in cleaned.items() if value not in EMPTY_VALUES}


class SessionForm(EnteredForm):
    name = "session_form"  # In the context of the client's page.

    class Meta:
        model = Session
        fields = Session.ENTERED
        labels = {"at": _("Next session")}
        widgets = {
            "at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        }
        error_messages = {"at": {"invalid": _("Please give a date and a time.")}}

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if abs(at - timezone.now()) > timedelta(days=366):
            raise forms.ValidationError(_("This is more than a year away. Is the year right?"))
        return at

    def refuse(self, error: forms.ValidationError) -> None:
        self.add_error("at", forms.ValidationError(error.messages))


class TodayForm(EnteredForm):
    """Records today's session. If none was planned, it asks what a therapist enters, with the time
    of day in place of `at`."""

    name = "today_form"
    began = forms.TimeField(
        label=_("Today’s session began at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    class Meta:
        model = Session
        fields = [name for name in Session.ENTERED if name != "at"]

    def refuse(self, error: forms.ValidationError) -> None:
        at = hasattr(error, "error_dict")
        self.add_error("began", _("There is already a session at that time.") if at else error)
