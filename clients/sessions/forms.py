"""Forms to plan the next session, and to record today's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.validators import EMPTY_VALUES
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from clients.models import ChangeRequest, Session
from clients.models.session import USUAL_MINUTES
from clients.sessions.clashes import Clash, Clashing, Slot
from clients.sessions.recurrence import occurrences

MOST_IN_A_SERIES = 26


class EnteredForm(forms.ModelForm):
    """What a therapist enters about a session. What is left empty is not in the cleaned data, so
    that the column's default is stored. `MAIN` are the fields that say when it is."""

    MAIN: tuple[str, ...] = ("at",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    @property
    def details(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.MAIN]

    @property
    def errors_in_details(self) -> bool:
        return any(field.errors for field in self.details)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {name: value for name, value in cleaned.items() if value not in EMPTY_VALUES}


class SessionForm(EnteredForm):
    name = "session_form"  # In the context of the client's page.
    # Those of which the person is warned now.
    clashes: Sequence[Clash] = ()

    class Meta:
        model = Session
        fields = Session.ENTERED
        labels = {"at": _("Next session, or a past one")}
        widgets = {
            "at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        }
        error_messages = {"at": {"invalid": _("Please give a date and a time.")}}

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if abs(at - timezone.now()) > timedelta(days=366):
            raise forms.ValidationError(_("This is more than a year away. Is the year right?"))
        return at

    @property
    def warned(self) -> list[str]:
        """The clashes that the person has seen."""
        return cast(QueryDict, self.data).getlist("warned")

    def refuse(self, error: forms.ValidationError) -> None:
        if isinstance(error, Clashing):
            self.clashes = error.clashes
        else:
            self.add_error("at", forms.ValidationError(error.messages))


class SeriesForm(SessionForm):
    """A series: what its sessions have in common, and how many there are. `slots` are their times
    once it is valid."""

    MAIN = ("at", "weeks", "many")
    weeks = forms.TypedChoiceField(
        label=_("How often"), coerce=int, initial=1,
        choices=[(1, _("Every week")), (2, _("Every two weeks"))],
    )  # fmt: skip
    many = forms.IntegerField(
        label=_("How many sessions"), min_value=2, max_value=MOST_IN_A_SERIES, initial=8,
        help_text=_("At most 26."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].label = _("First session")

    def clean_at(self) -> datetime:
        at = super().clean_at()
        if at <= timezone.now():
            raise forms.ValidationError(_("This time has passed."))
        return at

    @property
    def slots(self) -> list[Slot]:
        entered = self.cleaned_data
        zone = timezone.get_default_timezone()
        times = occurrences(entered["at"], weeks=entered["weeks"], many=entered["many"], zone=zone)
        return [Slot(at, entered.get("minutes", USUAL_MINUTES)) for at in times]

    @property
    def in_common(self) -> dict[str, Any]:
        """What each session of the series gets but its time."""
        kept = {*Session.ENTERED} - {"at"}
        return {name: value for name, value in self.cleaned_data.items() if name in kept}


class ChangeForm(SessionForm):
    """Another time or other details for a planned session. Filled with what is planned."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].label = _("New time")


class AskForm(forms.Form):
    """The client asks to move or cancel a session."""

    wish = forms.ChoiceField(
        label=_("What would you like to do?"), widget=forms.RadioSelect,
        choices=[
            (ChangeRequest.Wish.MOVE, _("Ask for another time")),
            (ChangeRequest.Wish.CANCEL, _("Cancel this session")),
        ],
        error_messages={"required": _("Please choose one of the two.")},
    )  # fmt: skip
    times = forms.CharField(
        label=_("When can you come instead?"), required=False, max_length=500,
        help_text=_("For example: any weekday after 4 pm."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class KeepForm(forms.Form):
    """The session stays as planned, with a line to the client."""

    reply = forms.CharField(
        label=_("A line to the client"), required=False, max_length=300,
        help_text=_("They read it on their path, and never in an email."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class TodayForm(EnteredForm):
    """Records today's session. If none was planned, it asks what a therapist enters, with the time
    of day in place of `at`."""

    name, MAIN = "today_form", ("began",)
    began = forms.TimeField(
        label=_("Today’s session began at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    class Meta:
        model = Session
        fields = [name for name in Session.ENTERED if name != "at"]

    def __init__(self, *args, **kwargs):
        # The form to plan a session is on the same page and has fields of the same names.
        super().__init__(*args, auto_id="id_today_%s", **kwargs)

    def refuse(self, error: forms.ValidationError) -> None:
        at = hasattr(error, "error_dict")
        self.add_error("began", _("There is already a session at that time.") if at else error)
