"""Setting up and removing second factors: allauth's views, with our audit events."""

import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedIn
from accounts.allauth_internals import begin_registration, remove_authenticator
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.sign_in import second_factors

PASSKEY = Authenticator.Type.WEBAUTHN


def as_json(options: dict) -> str:
    """For a data attribute: the content security policy forbids inline scripts."""
    return json.dumps(options, cls=DjangoJSONEncoder)


@require_safe
def choose(request: SignedIn) -> HttpResponse:
    """Explains second factors, and offers the two kinds."""
    mine = Authenticator.objects.filter(user=request.user)
    shown = {
        "required": second_factors.required_of(request.user),
        "satisfied": second_factors.satisfied(request),
        "app": mine.filter(type=Authenticator.Type.TOTP).exists(),
        "passkeys": mine.filter(type=PASSKEY).count(),
    }
    return render(request, "accounts/sign_in/factors.html", shown)


def record_wrong_code(request: HttpRequest, form: Any) -> None:
    """At sign-in nobody has acted: somebody who only knows the password may be anybody."""
    if form.has_error("code", "incorrect_code"):
        by = request.user if request.user.is_authenticated else None
        audit.record(AccountVerb.FACTOR_FAILED, by=by, target=form.user, request=request)


class ReauthenticateByCode(ReauthenticateView):
    def form_invalid(self, form) -> HttpResponse:
        record_wrong_code(self.request, form)
        return super().form_invalid(form)


class ShowFactorAtSignIn(AuthenticateView):
    def form_invalid(self, form) -> HttpResponse:
        record_wrong_code(self.request, form)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        kinds = set(
            Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True)
        )
        options = context.get("js_data", {}).get("request_options", {})
        return context | {"kinds": kinds, "options": as_json(options)}


class ReauthenticateByPasskey(ReauthenticateWebAuthnView):
    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        return context | {"options": as_json(context["js_data"]["request_options"])}


class SetUpApp(ActivateTOTPView):
    @transaction.atomic
    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        kind = Authenticator.Type.TOTP
        second_factors.added(
            self.request, Authenticator.objects.get(user=self.request.user, type=kind)
        )
        messages.success(self.request, _("Your authenticator app is set up."))
        return response

    def get_success_url(self) -> str:
        return after(self.did_generate_recovery_codes)


class SetUpPasskey(AddWebAuthnView):
    def get_context_data(self, **kwargs) -> dict:
        context = super(AddWebAuthnView, self).get_context_data(**kwargs)
        options = begin_registration(self.request.user, passwordless=True)
        return context | {"options": as_json(options)}

    @transaction.atomic
    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        mine = Authenticator.objects.filter(user=self.request.user, type=PASSKEY)
        second_factors.added(self.request, mine.latest("pk"))
        messages.success(self.request, _("Your passkey is set up."))
        return response

    def get_success_url(self) -> str:
        return after(self.did_generate_recovery_codes)


def after(codes_made: bool) -> str:
    return reverse("mfa_view_recovery_codes" if codes_made else "account")


class RemoveApp(DeactivateTOTPView):
    success_url = reverse_lazy("account")

    @transaction.atomic
    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        second_factors.removed(self.request, self.authenticator)
        messages.success(self.request, _("The authenticator app is removed."))
        return response


class NewCodes(GenerateRecoveryCodesView):
    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        audit.record(AccountVerb.CODES_MADE, by=self.request.user, request=self.request)
        return response


@require_POST
@reauthentication_required(app="allauth.mfa")
@transaction.atomic
def remove_passkey(request: SignedIn) -> HttpResponse:
    """Removes one of the person's own; its number is in the form, not in the URL."""
    number = request.POST.get("key", "")
    mine = Authenticator.objects.filter(user=request.user, type=PASSKEY)
    key = get_object_or_404(mine, pk=int(number) if number.isdecimal() else 0)
    remove_authenticator(request, key)
    second_factors.removed(request, key)
    messages.success(request, _("The passkey is removed."))
    return redirect("account")
