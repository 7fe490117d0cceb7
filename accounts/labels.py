"""What people read about a change of their sign-in and about a closed invitation."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Notice(TextChoices):
    """What happened, in the words of an e-mail. The value is stored with the e-mail."""

    PASSWORD_CHANGED = "password_changed", _("The password of your account was changed.")
    APP_ADDED = "app_added", _("An authenticator app was set up for your account.")
    APP_REMOVED = "app_removed", _("The authenticator app was removed from your account.")
    PASSKEY_ADDED = "passkey_added", _("A passkey was set up for your account.")
    PASSKEY_REMOVED = "passkey_removed", _("A passkey was removed from your account.")
    CODES_MADE = "codes_made", _("New recovery codes were made for your account.")
    ADDRESS_ASKED = (
        "address_asked",
        _(
            "Somebody who was signed in as you asked to change the address of your account. Nothing"
            " has changed yet."
        ),
    )
    ADDRESS_CHANGED = (
        "address_changed",
        _("The e-mail address of your account was changed. It is no longer this one."),
    )


@dataclass(frozen=True)
class ClosedInvitation:
    title: str | Promise
    advice: str | Promise


_ASK_AGAIN = _(
    "Look for a newer e-mail, or ask the practice for a new invitation. Nothing is lost."
)
# By `Invitation.why_closed`, and for a link that belongs to no invitation.
CLOSED_INVITATIONS = {
    "used": ClosedInvitation(
        _("This invitation has already been used"),
        _(
            "An invitation works once. If it was you, sign in with your e-mail and the password you"
            " chose."
        ),
    ),
    "expired": ClosedInvitation(_("This invitation has expired"), _ASK_AGAIN),
    "withdrawn": ClosedInvitation(_("This invitation was replaced or withdrawn"), _ASK_AGAIN),
    "unknown": ClosedInvitation(
        _("There is no such invitation"),
        _("Check that the whole link was copied from the e-mail."),
    ),
}
