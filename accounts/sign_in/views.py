"""A forgotten password, and the page after signing out."""

from allauth.account.views import PasswordResetView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import emails
from accounts.access import public
from accounts.sign_in.forms import ForgottenForm


class ForgottenPassword(PasswordResetView):
    """allauth's, with our email. The answer is the same whether or not the address is known."""

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        to = form.cleaned_data["email"]
        emails.post(emails.PASSWORD_RESET, to=to, at_most=emails.FOR_ONE_READER)
        return redirect(self.get_success_url())


@public("the page is the same for everyone, also for those who only look")
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/sign_in/signed_out.html")
