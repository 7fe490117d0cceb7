"""How tests sign people in, in one place: all staff have shown a second factor.

`with_factor` gives a person an authenticator app where they have none, and a session in which
they have used it, a moment ago. Tests of signing in itself go through its pages.
"""

import time
from importlib import import_module

from allauth.account.internal.flows import login as flow
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import User
from accounts.sign_in import devices, second_factors

(BACKEND,) = settings.AUTHENTICATION_BACKENDS


def factor_of(user: User) -> Authenticator | None:
    """Staff get an app where they have no factor yet; a client none."""
    mine = Authenticator.objects.filter(user=user, type__in=second_factors.TYPES).first()
    if mine is None and user.is_staff:
        mine = second_factors.enrol_app(user)
    return mine


def shown(session, user: User) -> None:
    """Writes into a session what allauth writes when somebody has just shown a factor.

    Its hour lies ahead, so that a slow test is not asked again on its way.
    """
    factor = factor_of(user)
    record = {"method": "mfa", "at": time.time() + 3600, "reauthenticated": True}
    record |= {"type": factor.type, "id": factor.pk} if factor else {"method": "password"}
    session[flow.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[flow._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)


def session_of(user: User) -> str:
    """The key of a session that the user has signed in to: a browser's cookie."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    shown(session, user)
    session[devices.SEEN] = (
        time.time() + 3600
    )  # Else a page would note now and then that it is used.
    session.create()
    UserSession.objects.create(
        user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="tests"
    )
    return session.session_key
