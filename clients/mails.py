"""Sending an invitation from a page, and saying there what became of it."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.mails import send_invitation
from accounts.models import Invitation


def send_invitation_and_say(request: HttpRequest, invitation: Invitation, token: str) -> None:
    name = {"name": invitation.user.name}
    if send_invitation(invitation, token):
        messages.success(request, _("An invitation is on its way to %(name)s.") % name)
    else:
        messages.error(
            request,
            _(
                "%(name)s is entered, but the mail could not be sent just now. Use “send again”"
                " in a while; nothing else is lost."
            )
            % name,
        )
