"""Accepting an invitation."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import public, require_form
from accounts.allauth_internals import record_authentication
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.database import row_security
from accounts.labels import CLOSED_INVITATIONS
from accounts.models import ConsentKind, Invitation
from accounts.people import actions as people
from accounts.people import consents
from accounts.people.forms import AcceptInvitationForm
from accounts.people.queries import filled, practice_values
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import MINUTE, POSTED, READ, Counts, RateLimit, rate_limited

# What the page of an invitation shows, the needed text first.
ON_INVITATION = (ConsentKind.DATA, ConsentKind.THERAPY, ConsentKind.STATISTICS)
(BACKEND,) = settings.AUTHENTICATION_BACKENDS


@public("invited people have no open account yet", shared=False)
@rate_limited(RateLimit(Counts.FAILED, per_address=Rate(60, 15 * MINUTE), methods=READ | POSTED))
@require_form
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.by_token(token).select_related("user", "invited_by").first()
    closed = invitation.why_closed(timezone.now()) if invitation else "unknown"
    if invitation is None or closed:
        context = {"closed": CLOSED_INVITATIONS[closed or "unknown"]}
        return _private(request, "accounts/people/invitation_closed.html", context, status=410)
    with row_security.acting_as(invitation.user):  # The token proves who they are.
        background = invitation.background()
    values = {**practice_values(), **background.values}
    notice, *others = (filled(kind, values) for kind in ON_INVITATION)
    if notice.missing:
        return _private(request, "accounts/people/invitation_not_ready.html", {})
    form = AcceptInvitationForm(
        request.POST or None,
        user=invitation.user,
        others=[text for text in others if not text.missing],
        initial={"shown": notice.fingerprint},
    )
    if request.method == "POST" and form.is_valid():
        try:
            user = people.accept_invitation(
                invitation=invitation,
                password=form.cleaned_data["password"],
                notice=notice,
                seen=form.cleaned_data["shown"],
                also=form.agreed(),
                request=request,
            )
        except consents.TextChanged:
            messages.warning(request, consents.CHANGED)
            return redirect("invitation", token)
        except ValidationError:
            return redirect("invitation", token)
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password")
        audit.record(AccountVerb.SIGNED_IN, by=user, request=request)
        messages.success(request, _("Welcome. Your account is open."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    page = {"form": form, "invitation": invitation, "notice": notice, "background": background}
    status = 422 if form.errors else 200
    return _private(request, "accounts/people/invitation.html", page, status=status)


def _private(request: HttpRequest, template: str, page: dict, status: int = 200) -> HttpResponse:
    """The URL contains a token, so it is never sent as a referrer.

    `strict-origin` names the site at most; `no-referrer` would blank the Origin of the form too,
    which is then refused as forged.
    """
    response = render(request, template, page, status=status)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
