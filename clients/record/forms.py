"""The form for the summary of a progress report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label=_("A summary in your own words"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("It appears on this report only and is not saved."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
