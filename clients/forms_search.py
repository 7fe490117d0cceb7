"""Looking for a first-session request."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EnquirySearch(forms.Form):
    """Sent by POST: an address would keep the name or the number in histories and logs."""

    q = forms.CharField(
        label=_("Find by name, e-mail or phone number"), required=False, max_length=120,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "form-control", "autocomplete": "off"}
        ),
    )  # fmt: skip
