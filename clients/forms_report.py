"""What a progress report is asked for with."""

from calendar import monthrange
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from clients.forms_care import day_field


class SpanForm(forms.Form):
    """The days, in the address; the last `days` where it says nothing."""

    first = day_field(_("From"))
    last = day_field(_("Until the end of"))

    def __init__(self, said, *args, days: int = 182, **kwargs):
        today = timezone.localdate()
        start = {"first": today - timedelta(days=days), "last": today}
        names = {"first": "from", "last": "until"}
        data = {key: said.get(name) or str(start[key]) for key, name in names.items()}
        super().__init__(data, *args, **kwargs)
        self.helper = plain_helper()

    def clean(self) -> dict:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return said


class MonthsForm(SpanForm):
    """Whole months, whatever days were asked for: two spans that differ by a day would tell of the
    few people of that day by subtraction."""

    def clean(self) -> dict:
        said = super().clean()
        if not self.errors:
            last = said["last"]
            said["first"] = said["first"].replace(day=1)
            said["last"] = last.replace(day=monthrange(last.year, last.month)[1])
            self.data = {
                name: str(said[name]) for name in ("first", "last")
            }  # As the page shows it.
        return said


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label=_("A summary in your words"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("It stands on this paper alone and is not kept."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
