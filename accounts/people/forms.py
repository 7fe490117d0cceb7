"""Accepting an invitation."""

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.models import User


class AcceptInvitationForm(forms.Form):
    """A password and a consent, for one waiting account."""

    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    agree = forms.BooleanField(
        label=_("I have read this notice, and I agree that my data is used as it says."),
        error_messages={
            "required": _("We can only begin once you agree. Ask us if something is unclear.")
        },
    )
    # The fingerprint of the notice that the page showed.
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = plain_helper()
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password
