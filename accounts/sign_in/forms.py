"""Signing in, and a forgotten password."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import AddressField


class SignInForm(LoginForm):
    """allauth's, with an address in its one spelling."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        theirs = self.fields["login"]
        self.fields["login"] = AddressField(label=theirs.label, widget=theirs.widget)


class ForgottenForm(forms.Form):
    """The address for a link; the form does not know whether it has an account."""

    email = AddressField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        get_adapter().refuse_too_often(context.request)
        return self.cleaned_data["email"]
