"""The summary on a progress report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper


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
