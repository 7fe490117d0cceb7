"""How tests sign people in: all staff have passed a second factor.

`session_of` gives staff without a second factor an authenticator app, and a session in which they
have just used it. Tests of signing in itself go through its pages.
"""

import time
from importlib import import_module

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest

from accounts.allauth_internals import format_hotp_value, hotp_value, record_authentication
from accounts.models import User
from accounts.sign_in import devices, second_factors
from accounts.sign_in.backends import factors_of

(BACKEND,) = settings.AUTHENTICATION_BACKENDS


def factor_of(user: User) -> Authenticator | None:
    """The person's second factor. Staff without one get an authenticator app; clients do not."""
    factor = factors_of(user.pk).first()
    if factor is None and user.is_staff:
        factor = second_factors.enrol_app(user)
    return factor


def mark_reauthenticated(session, user: User) -> None:
    """Writes into a session what allauth writes when somebody has just used a second factor.

    The time lies an hour ahead, so that a slow test is not asked to reauthenticate.
    """
    factor, request = factor_of(user), HttpRequest()
    record: dict = {"method": "mfa", "at": time.time() + 3600, "reauthenticated": True}
    record |= {"type": factor.type, "id": factor.pk} if factor else {"method": "password"}
    request.session = session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    record_authentication(request, user, **record)


def code_of_secret(secret: str, ahead: int = 0) -> str:
    """What an authenticator app with this secret shows now, or `ahead` periods later."""
    period = int(time.time()) // app_settings.TOTP_PERIOD + ahead
    return format_hotp_value(hotp_value(secret, period))


def session_of(user: User) -> str:
    """Signs the user in and returns the key of the session, for a browser's cookie."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    mark_reauthenticated(session, user)
    # Otherwise pages would record the session's use now and then.
    session[devices.SEEN] = time.time() + 3600
    session.create()
    UserSession.objects.create(
        user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="tests"
    )
    return session.session_key
