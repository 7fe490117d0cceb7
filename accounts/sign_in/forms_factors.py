"""The forms of second factors: allauth's, with our texts, and each code accepted once."""

from typing import cast

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.allauth_internals import (
    clear_rate_limit,
    consume_rate_limit,
    normalize_user_code,
)
from accounts.forms import plain_helper

DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class _Code(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        field = self.fields["code"]
        field.label = _("The code")
        field.widget = forms.TextInput(attrs=DIGITS)


class CodeForm(_Code, AuthenticateForm):
    """A code of the app or a recovery code, at sign-in."""

    def clean_code(self) -> str:
        limit = {"app": "allauth.mfa", "action": "code", "key": f"code {self.user.pk}"}
        if not consume_rate_limit(context.request, **limit):
            raise ValidationError(_("Too many tries. Please wait for a quarter of an hour."))
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not self._is_first_use(code):
            raise ValidationError(
                _("This code has already been used. Please wait for the next one.")
            )
        clear_rate_limit(context.request, **limit)
        return code

    def save(self) -> None:
        """A recovery code counts as the proof before something sensitive, too. Its owner has lost
        the other factor and is about to set up a new one; a proof at once would cost a second
        code."""
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            ReauthenticateForm.save(cast(ReauthenticateForm, self))
        else:
            super().save()

    def _is_first_use(self, code: str) -> bool:
        """allauth remembers a code for one period, but with the tolerance it is valid for three."""
        key = f"factors.used:{self.user.pk}:{normalize_user_code(code)}"
        seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        return cache.add(key, 1, timeout=seconds)


class ReauthenticationCodeForm(CodeForm, ReauthenticateForm):
    """The same, for reauthentication before something sensitive."""

    save = ReauthenticateForm.save


class FirstCodeForm(_Code, ActivateTOTPForm):
    """The first code of a new app proves that it was set up."""


class PasskeyForm(AddWebAuthnForm):
    """A passkey here always asks for a face, a finger or a PIN, and signs in by itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        del self.fields["passwordless"]
        field = self.fields["name"]
        field.label, field.max_length = _("What to call it"), 60
        field.widget.attrs["maxlength"] = 60
        field.help_text = _("So that you recognise it: “Phone”, “Laptop in the practice”.")
