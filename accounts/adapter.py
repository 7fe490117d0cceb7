"""How allauth behaves here: nobody signs up by themselves, and sign-ins are recorded."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts import audit, doors, wall
from accounts.models import User
from accounts.net import client_address


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names."""

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        wall.act_as(user)
        doors.know(request, user)
        audit.record(audit.Verb.SIGNED_IN, by=user, request=request)

    def logout(self, request: HttpRequest) -> None:
        audit.record(audit.Verb.SIGNED_OUT, by=request.user, request=request)  # type: ignore[arg-type]
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Before anything is hashed. allauth's own limits are off: see `accounts/doors.py`."""
        self.refuse_too_often(request)

    def clean_email(self, email: str) -> str:
        self.refuse_too_often(self.request)
        return email

    def refuse_too_often(self, request: HttpRequest) -> None:
        """In the form, which so comes back as it was filled."""
        if doors.refused(request):
            raise ValidationError(doors.words(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or ""

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        super().authentication_failed(request, **credentials)
        audit.record(audit.Verb.SIGN_IN_FAILED, by=None, request=request)

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        audit.record(audit.Verb.PASSWORD_CHANGED, by=user)
