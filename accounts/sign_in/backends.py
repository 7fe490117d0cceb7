"""Authentication by email address and password, and the person of a session."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts import access
from accounts.database.together import first, read_together
from accounts.models import User

TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class EmailBackend(AuthenticationBackend):
    """allauth's, with our look-up by address: theirs changes an address to lower case without
    checking that it is plain ASCII, and searches a second table, too."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.by_email(email), password)

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with what every page asks about them. One query."""
        user = load_person(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def load_person(user_id: UUID) -> User | None:
    """The person, with their roles, and whether they have a second factor. One query. Row security
    shows these rows before there is an actor, too: by them a session is known to be its person's.
    """
    people = User.objects.filter(pk=user_id).order_by()
    names, factors = access.role_names(User(pk=user_id)), factors_of(user_id).values("pk")[:1]
    read_together(people, names, factors)
    if user := first(people):
        access.keep_roles(user, names)
        user._has_factor = bool(factors)
    return user


def factors_of(user_id: UUID) -> QuerySet[Authenticator]:
    """The factors that can be asked for; recovery codes alone are none."""
    return Authenticator.objects.filter(user=user_id, type__in=TYPES)
