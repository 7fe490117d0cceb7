"""Inviting a client, and sending an invitation again or withdrawing it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import Permission, SignedIn, allows, require_form, requires
from accounts.people import actions as accounts
from clients.emails import email_invitation
from clients.intake import actions as intake
from clients.intake.forms import InviteForm
from clients.models import Client


@requires(Permission.INVITE_CLIENTS)
@require_form
def invite(request: SignedIn) -> HttpResponse:
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        arguments = {"therapist": request.user} | form.cleaned_data
        try:
            client, invitation, _token = intake.invite_client(by=request.user, **arguments)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            email_invitation(request, invitation)
            return redirect("caseload" if client_is_mine(request, client) else "practice")
    return render(request, "clients/intake/invite.html", {"form": form})


def client_is_mine(request: SignedIn, client: Client) -> bool:
    return Client.objects.visible_to(request.user).filter(pk=client.pk).exists()


@requires(Permission.INVITE_CLIENTS)
@require_form
def invite_again(request: SignedIn, client_id: UUID) -> HttpResponse:
    mine = Client.objects.writable_by(request.user) | Client.objects.listed_to(request.user)
    client = get_object_or_404(mine.select_related("user").distinct(), pk=client_id)
    try:
        if request.method != "POST":
            pass  # For example after reauthentication.
        elif "withdraw" in request.POST:
            accounts.withdraw_invitations(user=client.user, by=request.user, client=client.pk)
            messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
        else:
            invitation, _token = accounts.invite(
                user=client.user, by=request.user, client=client.pk
            )
            email_invitation(request, invitation)
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    return redirect("practice" if allows(request.user, Permission.MANAGE_PRACTICE) else "caseload")
