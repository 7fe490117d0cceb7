"""How allauth behaves here: sign-up is closed, sign-ins are recorded, emails are stored as rows,
and secrets of second factors are encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import emails
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.database import row_security
from accounts.labels import Notice
from accounts.models import User
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.client_address import client_address
from accounts.sign_in import factor_secrets
from accounts.site_name import site_name

# Our notice for each of allauth's emails.
NOTICES = {
    "account/email/password_changed": Notice.PASSWORD_CHANGED,
    "account/email/password_reset": Notice.PASSWORD_CHANGED,
    "account/email/password_set": Notice.PASSWORD_CHANGED,
    "mfa/email/totp_activated": Notice.APP_ADDED,
    "mfa/email/totp_deactivated": Notice.APP_REMOVED,
    "mfa/email/webauthn_added": Notice.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": Notice.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": Notice.CODES_MADE,
}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names."""

    def login(self, request: HttpRequest, user: User) -> None:
        row_security.set_actor(user)  # The session is stored as theirs.
        super().login(request, user)
        rate_limits.remember_sign_in(request, user)
        audit.record(AccountVerb.SIGNED_IN, by=user, request=request)

    def logout(self, request: HttpRequest) -> None:
        audit.record(AccountVerb.SIGNED_OUT, by=request.user, request=request)  # type: ignore[arg-type]
        super().logout(request)
        row_security.set_actor(request.user)

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Refuses before anything is hashed. allauth's own limits are off: see `guessing.py`."""
        self.refuse_too_often(request)

    def clean_email(self, email: str) -> str:
        self.refuse_too_often(self.request)
        return email

    def refuse_too_often(self, request: HttpRequest) -> None:
        """Refuses by an error in the form, which keeps what was typed."""
        if rate_limits.refused(request):
            raise ValidationError(rate_limits.message(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or ""

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        super().authentication_failed(request, **credentials)
        audit.record(AccountVerb.SIGN_IN_FAILED, by=request.user, request=request)  # type: ignore[arg-type]

    def set_password(self, user: User, password: str) -> None:
        """The person is signed in, or has the key that was sent to their mailbox."""
        with row_security.acting_as(user):
            super().set_password(user, password)
            audit.record(AccountVerb.PASSWORD_CHANGED, by=user)

    def add_message(self, request: HttpRequest, level: int, message_template=None, *args, **kwargs):
        """Leaves out messages about second factors (our pages have their own), about signing in
        (which would name the person), and after signing out (no session could store one)."""
        if not (message_template or "").startswith(("mfa/", "account/messages/logged_")):
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Somebody with a second factor has to show it: a password must not add or remove one."""
        methods = super().get_reauthentication_methods(user)
        with_factor = [method for method in methods if method["id"] != "reauthenticate"]
        names = {
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        if not any(method["id"].endswith("webauthn") for method in methods):
            return [m | {"description": names[m["id"]]} for m in with_factor] or methods
        # A passkey is the shorter way; the codes of an app are for people without a passkey.
        return [m | {"description": names[m["id"]]} for m in reversed(with_factor)]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No email bypasses `accounts.emails`; one that is new in allauth fails here."""
        raise NotImplementedError(template_prefix)

    def send_notification_mail(self, template_prefix: str, user: User, context=None, email=None):
        emails.post(emails.NOTICE, user=user, what=NOTICES[template_prefix])


class FactorAdapter(DefaultMFAAdapter):
    """Encrypts secrets, bound to person and kind; the authenticator app shows our name."""

    def encrypt(self, text: str) -> str:
        return factor_secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factor_secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return site_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": site_name()}

    def generate_authenticator_name(self, user: User, type) -> str:
        return _("My passkey")
