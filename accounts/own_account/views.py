"""A person's own account: address, password, second factors, sessions, and parked forms."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Permission, SignedIn, allows, require_form
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import EmailChange
from accounts.own_account import address_change
from accounts.own_account.forms import AddressForm
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import DAY, Counts, RateLimit, rate_limited
from accounts.sign_in import devices, kept_words, parked_forms, second_factors
from accounts.sign_in.reauthentication import requires_reauthentication


@require_safe
def me(request: SignedIn) -> HttpResponse:
    mine = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    kinds = {factor.type: factor for factor in mine}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    shown = {
        "required": second_factors.required_of(request.user),
        "passkeys": [f for f in mine if f.type == Authenticator.Type.WEBAUTHN],
        "app": kinds.get(Authenticator.Type.TOTP),
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "sessions": devices.of(request),
        "has_caseload": allows(request.user, Permission.SEE_CASELOAD),
        "change": request.user.email_changes.filter(done_at=None).first(),
    }
    return render(request, "accounts/own_account/me.html", shown)


@require_POST
def end_sessions(request: SignedIn) -> HttpResponse:
    """Ends one of the person's own sessions, or all except the present one."""
    mine = devices.others(request)
    if "others" not in request.POST:
        number = request.POST.get("session", "")
        mine = mine.filter(pk=int(number) if number.isdecimal() else 0)
    if devices.end(mine):
        audit.record(AccountVerb.SESSIONS_ENDED, by=request.user, request=request)
        messages.success(request, _("Signed out there."))
    return redirect("account")


# Each successful request sends an email to an address that the person typed.
@rate_limited(
    RateLimit(Counts.SUCCESSFUL, per_account_and_address=Rate(10, DAY), shown_by_view=True)
)
@require_form
@requires_reauthentication
def change_address(request: SignedIn) -> HttpResponse:
    form = AddressForm(request.POST or None, user=request.user)
    if request.method == "POST" and rate_limits.refused(request):
        form.add_error(None, rate_limits.message(request))
    elif request.method == "POST" and form.is_valid():
        address_change.ask(to=form.cleaned_data["to"], by=request.user, request=request)
        messages.success(
            request, _("Please open the email in your new mailbox: it contains a link.")
        )
        return redirect("account")
    status = 422 if form.errors else 200
    return render(request, "accounts/own_account/address.html", {"form": form}, status=status)


@require_form
def confirm_address(request: SignedIn, token: str) -> HttpResponse:
    """The link in the new mailbox: the same person, signed in, reads the page and confirms it."""
    change = EmailChange.waiting_for(token)
    if change is None or change.user_id != request.user.pk:
        return render(request, "accounts/own_account/address_over.html", status=410)
    if request.method != "POST":
        return render(request, "accounts/own_account/address_confirm.html", {"change": change})
    try:
        address_change.confirm(change=change, by=request.user, request=request)
    except ValidationError:
        return render(request, "accounts/own_account/address_over.html", status=410)
    devices.end_others(request)
    messages.success(request, _("From now on you sign in with your new address."))
    return redirect("account")


@require_form
def parked_form(request: SignedIn, key: UUID) -> HttpResponse:
    """A form that was sent after its session had ended, to be sent again or deleted."""
    row = parked_forms.of(request.user, key)
    if row is None:
        raise Http404
    if request.method == "POST":
        row.delete()
        messages.success(request, _("Deleted."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    path, fields = parked_forms.read(row)
    shown = {
        "path": path,
        "fields": fields,
        "words": [value for name, value in fields if parked_forms.is_typed(name, value)],
        "kept": dict(fields).get(kept_words.FIELD),
        "row": row,
    }
    return render(request, "accounts/own_account/parked_form.html", shown)
