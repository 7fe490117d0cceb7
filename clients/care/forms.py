"""Forms for care links, in whole days of the practice's time zone."""

from datetime import date, datetime, time, timedelta
from typing import cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.models import User
from clients.access import therapists
from clients.dates import start_of_day
from clients.forms import day_field
from clients.labels import CHOOSE
from clients.models import CareLink


class LinkField(forms.ModelChoiceField):
    """Chooses a care link; each choice shows its therapist's name."""

    def label_from_instance(self, obj: CareLink) -> str:
        return obj.therapist.name


class CareForm(forms.Form):
    """`by` is not among the choices: managers cannot give a care link to themselves."""

    therapist = forms.ModelChoiceField(
        label=_("Therapist"), queryset=User.objects.none(), empty_label=CHOOSE
    )

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        cast(forms.ModelChoiceField, self.fields["therapist"]).queryset = (
            therapists().exclude(pk=by.pk).order_by("name")
        )

    def _not_past(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return day


class CoverForm(CareForm):
    first = day_field(_("From"))
    last = day_field(_("Until the end of"))

    def clean_first(self) -> date:
        return self._not_past("first")

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned.get("last"):
            if cleaned["last"] < cleaned["first"]:
                self.add_error("last", _("The last day comes before the first."))
            else:
                cleaned["starts_at"] = start_of_day(cleaned["first"])
                after = datetime.combine(cleaned["last"] + timedelta(days=1), time.min)
                cleaned["ends_at"] = timezone.make_aware(after)
        return cleaned


class AnnouncedForm(forms.Form):
    """A message for the clients, in the manager's own words. Without one they get no email."""

    words = forms.CharField(
        label=_("Message to the clients"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "If you leave this empty, clients get no email; they see the cover on their path. If"
            " you write a message, each client gets one email with it, with who covers, from when"
            " until when, and who is back afterwards. Please write nothing about anyone's health:"
            " email is not private."
        ),
    )


class HolidayForm(AnnouncedForm, CoverForm):
    away = forms.ModelChoiceField(
        label=_("Who is away"), queryset=User.objects.none(), empty_label=CHOOSE
    )
    field_order = ["away", "therapist", "first", "last", "words"]

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        cast(forms.ModelChoiceField, self.fields["away"]).queryset = therapists().order_by("name")
        self.fields["therapist"].label = _("Who covers")

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("away") and cleaned["away"] == cleaned.get("therapist"):
            self.add_error("therapist", _("Please choose another therapist to cover."))
        return cleaned


class ClientCoverForm(AnnouncedForm, CoverForm):
    field_order = ["therapist", "first", "last", "words"]


class SpokenForm(forms.Form):
    """The client is emailed about a change of their therapist only after somebody has told them."""

    spoken = forms.BooleanField(
        label=_("A therapist has spoken with the client about this change."),
        required=False,
        help_text=_(
            "Only then does the client get an email. Otherwise somebody has to tell them, also"
            " about appointments, and you can send the email later, from this page. Their path"
            " shows the change at once."
        ),
    )


class TellForm(forms.Form):
    spoken = forms.BooleanField(
        label=_("A therapist has spoken with the client about this change.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class GiveForm(SpokenForm, CareForm):
    day = day_field(_("From this day on"))
    field_order = ["therapist", "day", "spoken"]

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        self.fields["day"].initial = timezone.localdate

    def clean_day(self) -> date:
        return self._not_past("day")


class TransferForm(SpokenForm, CareForm):
    link = LinkField(label=_("From"), queryset=CareLink.objects.none(), empty_label=CHOOSE)
    day = day_field(_("From this day on"))
    field_order = ["link", "therapist", "day", "spoken"]

    def __init__(self, *args, by: User, links, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        link = cast(LinkField, self.fields["link"])
        link.queryset, self.fields["therapist"].label = links, _("To")

    def clean_day(self) -> date:
        return self._not_past("day")


class EndForm(SpokenForm):
    link = LinkField(label=_("Therapist"), queryset=CareLink.objects.none(), empty_label=CHOOSE)
    day = day_field(_("From this day on"))
    sure = forms.BooleanField(label=_("This therapist will lose access to the record."))
    field_order = ["link", "day", "spoken", "sure"]

    def __init__(self, *args, links, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["day"].initial, self.fields["day"].required = timezone.localdate, False
        link = cast(LinkField, self.fields["link"])
        link.queryset = links

    def clean_day(self) -> date:
        """Today, if the field is empty."""
        day: date | None = self.cleaned_data["day"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return day or timezone.localdate()


class CallOffForm(forms.Form):
    link = LinkField(queryset=CareLink.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args, links: QuerySet[CareLink], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["link"].queryset = links  # type: ignore[attr-defined]
