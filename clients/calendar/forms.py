from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper


class FeedForm(forms.Form):
    """Makes an address for a calendar program."""

    names = forms.BooleanField(
        label=_("Show the names of my clients"), required=False,
        help_text=_(
            "Their names and the times of their therapy then leave this site. Every device that"
            " shows this calendar has them, and the company that keeps it, too. Leave this off"
            " unless your practice has agreed to it."
        ),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
