"""How allauth behaves here: nobody signs up by themselves, and sign-ins are recorded."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts import audit, wall
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names."""

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        wall.act_as(user)
        audit.record(audit.Verb.SIGNED_IN, by=user, request=request)

    def logout(self, request: HttpRequest) -> None:
        audit.record(audit.Verb.SIGNED_OUT, by=request.user, request=request)  # type: ignore[arg-type]
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        super().authentication_failed(request, **credentials)
        audit.record(audit.Verb.SIGN_IN_FAILED, by=None, request=request)

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        audit.record(audit.Verb.PASSWORD_CHANGED, by=user)
