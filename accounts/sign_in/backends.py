"""Authentication by email address and password."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class EmailBackend(AuthenticationBackend):
    """allauth's, with our look-up by address: theirs changes an address to lower case without
    checking that it is plain ASCII, and searches a second table, too."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.by_email(email), password)
