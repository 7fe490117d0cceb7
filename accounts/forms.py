from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context
from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import email_addresses, mails
from accounts.models import User


def plain_helper() -> FormHelper:
    """Fields only: each template writes its own form tag and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class AddressField(forms.EmailField):
    """An e-mail address in its one spelling; one that isn't plain ASCII is refused in words."""

    def to_python(self, value: str | None) -> str:
        return email_addresses.clean(super().to_python(value) or "")


class SignInForm(LoginForm):
    """allauth's, with an address in its one spelling."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        theirs = self.fields["login"]
        self.fields["login"] = AddressField(label=theirs.label, widget=theirs.widget)


class AcceptInvitationForm(forms.Form):
    """A password and a consent, for one waiting account."""

    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    agree = forms.BooleanField(
        label=_("I have read this and agree to it."),
        error_messages={
            "required": _("We can only begin once you agree. Ask us if something is unclear.")
        },
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = plain_helper()
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class AddressForm(forms.Form):
    """A new address to sign in with. Whether it is somebody's already is not said here."""

    to = AddressField(
        label=_("Your new address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = plain_helper()

    def clean_to(self) -> str:
        to = self.cleaned_data["to"]
        if to == self.user.email:
            raise forms.ValidationError(_("This is your address already."))
        return to


class ForgottenForm(forms.Form):
    """An address, to which a mail goes; nothing here knows whether it is anybody's."""

    email = AddressField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        get_adapter().refuse_too_often(context.request)
        return self.cleaned_data["email"]

    def save(self, request: HttpRequest) -> None:
        to = self.cleaned_data["email"]
        mails.post(mails.PASSWORD_RESET, to=to, at_most=mails.FOR_ONE_READER)
