"""The form by which a client asks for a call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from clients.forms import NumberField


class CallbackForm(forms.Form):
    number = NumberField(label=_("Your phone number"), required=True)
    good_time = forms.CharField(
        label=_("A good time"), required=False, max_length=120,
        help_text=_("For example: after 4 pm, when I am alone."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["number"].widget.attrs["autocomplete"] = "tel"
