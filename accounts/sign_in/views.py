"""A forgotten password, and where a person goes after signing in."""

from allauth.account.views import PasswordResetView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts import emails
from accounts.access import Permission, SignedIn, allows
from accounts.models import User
from accounts.sign_in.forms import ForgottenForm


def home_of(user: User) -> str:
    """The name of the page a person most likely wants. Up to two queries."""
    if allows(user, Permission.SEE_CASELOAD):
        return "caseload"
    if allows(user, Permission.MANAGE_PRACTICE):
        return "practice"
    return "admin:index" if user.is_staff else "path"


@require_safe
def place(request: SignedIn) -> HttpResponse:
    return redirect(home_of(request.user))


class ForgottenPassword(PasswordResetView):
    """allauth's, with our e-mail. The answer is the same whether or not the address is known."""

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        to = form.cleaned_data["email"]
        emails.post(emails.PASSWORD_RESET, to=to, at_most=emails.FOR_ONE_READER)
        return redirect(self.get_success_url())
