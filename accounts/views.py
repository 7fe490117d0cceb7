"""Where a person goes after signing in, and how an invitation is accepted."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import actions, audit
from accounts.access import Permission, SignedIn, allows, public, require_form
from accounts.forms import AcceptInvitationForm
from accounts.labels import CLOSED_INVITATIONS
from accounts.models import ConsentText, Invitation, User

(BACKEND,) = settings.AUTHENTICATION_BACKENDS


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


@public("the invited have no account yet", shared=False)
@require_form
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.by_token(token).select_related("user", "invited_by").first()
    closed = invitation.why_closed(timezone.now()) if invitation else "unknown"
    if invitation is None or closed:
        why = {"closed": CLOSED_INVITATIONS[closed or "unknown"]}
        return _sealed(request, "accounts/invitation_closed.html", why, status=410)
    text = ConsentText.current()
    form = AcceptInvitationForm(request.POST or None, user=invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_invitation(
                invitation=invitation,
                password=form.cleaned_data["password"],
                text=text,
                request=request,
            )
        except ValidationError:
            return redirect("invitation", token)
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password")
        audit.record(audit.Verb.SIGNED_IN, by=user, request=request)
        messages.success(request, _("Welcome. Your account is open."))
        return redirect("place")
    page = {"form": form, "invitation": invitation, "text": text}
    return _sealed(request, "accounts/invitation.html", page)


def _sealed(request: HttpRequest, template: str, page: dict, status: int = 200) -> HttpResponse:
    """The address holds a key, so it is never sent on as a referrer.

    `strict-origin` names the site at most; `no-referrer` would blank the Origin of the form too,
    which is then refused as forged.
    """
    response = render(request, template, page, status=status)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
