"""Who a password belongs to."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class EmailBackend(AuthenticationBackend):
    """allauth's, with the one look-up by address: theirs changes to lower case without asking
    whether the address is plain, and looks into a second table."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.by_email(email), password)
