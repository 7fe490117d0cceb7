"""A forgotten password."""

from allauth.account.views import PasswordResetView
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts import emails
from accounts.sign_in.forms import ForgottenForm


class ForgottenPassword(PasswordResetView):
    """allauth's, with our e-mail. The answer is the same whether or not the address is known."""

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        to = form.cleaned_data["email"]
        emails.post(emails.PASSWORD_RESET, to=to, at_most=emails.FOR_ONE_READER)
        return redirect(self.get_success_url())
