"""Mails to people about their account: plain, kind, and with nothing clinical in them."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation

logger = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Sends the one mail that holds the link; False where the mail server did not take it."""
    link = settings.SITE_URL + reverse("invitation", args=[token])
    text = render_to_string(
        "accounts/mail/invitation.txt",
        {"invitation": invitation, "link": link, "site_name": settings.SITE_NAME,
         "crisis_lines": settings.CRISIS_LINES},
    )  # fmt: skip
    subject = _("Your invitation to %(site)s") % {"site": settings.SITE_NAME}
    try:
        send_mail(subject, text, None, [invitation.user.email])
    except OSError as error:  # smtplib's errors are OSErrors too
        logger.error("An invitation was not sent: %s", type(error).__name__)
        return False
    return True
