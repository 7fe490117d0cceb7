"""The forms for the summary of a progress report, and to search notes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper


class NotesSearchForm(forms.Form):
    """Sent by POST, because a URL would leave the words in histories and logs."""

    q = forms.CharField(
        label=_("Find in the notes"), min_length=2, max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "form-control", "autocomplete": "off"}
        ),
    )  # fmt: skip


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
