"""The form for the months of the statistics, and for how long somebody may not have been
measured."""

from calendar import monthrange
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.forms import SpanForm
from clients.statistics.workload import USUAL_WEEKS, WEEKS


class MonthsForm(SpanForm):
    """Extends the span to whole months: by subtracting two spans that differ by a day, one could
    learn about the few people of that day."""

    weeks = forms.TypedChoiceField(
        label=_("Not measured for"),
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, query, *args, **kwargs):
        super().__init__(query, *args, **kwargs)
        self.data = {**self.data, "weeks": query.get("weeks") or str(USUAL_WEEKS)}
        cast(forms.ChoiceField, self.fields["weeks"]).choices = [
            (n, ngettext("%(n)d week", "%(n)d weeks", n) % {"n": n}) for n in WEEKS
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            last = cleaned["last"]
            cleaned["first"] = cleaned["first"].replace(day=1)
            cleaned["last"] = last.replace(day=monthrange(last.year, last.month)[1])
            # For the fields of the page.
            self.data = {name: str(cleaned[name]) for name in ("first", "last", "weeks")}
        return cleaned
