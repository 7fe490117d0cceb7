"""What people read about a change of their sign-in, about a closed invitation, and about the
blanks of the consent texts."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.consent_texts.blanks import Blank

Text = str | Promise


class Notice(TextChoices):
    """What happened, in the words of an email. The value is stored with the email."""

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
        _("The email address of your account was changed. It is no longer this one."),
    )


@dataclass(frozen=True)
class ClosedInvitation:
    title: Text
    advice: Text


_ASK_AGAIN = _("Look for a newer email, or ask the practice for a new invitation. Nothing is lost.")
# By `Invitation.why_closed`, and for a link that belongs to no invitation.
CLOSED_INVITATIONS = {
    "used": ClosedInvitation(
        _("This invitation has already been used"),
        _(
            "An invitation works once. If it was you, sign in with your email and the password you"
            " chose."
        ),
    ),
    "expired": ClosedInvitation(_("This invitation has expired"), _ASK_AGAIN),
    "withdrawn": ClosedInvitation(_("This invitation was replaced or withdrawn"), _ASK_AGAIN),
    "unknown": ClosedInvitation(
        _("There is no such invitation"),
        _("Check that the whole link was copied from the email."),
    ),
}

# The blanks of the consent texts: (label, what to write there).
BLANKS: dict[Blank, tuple[Text, Text]] = {
    Blank.PRACTICE_NAME: (
        _("Name and address of the practice"),
        _("Who answers for clients’ data, with postal address, phone and email."),
    ),
    Blank.THERAPIST: (
        _("Therapist with registration number"),
        _("From the list of therapists below."),
    ),
    Blank.METHOD: (
        _("Method"),
        _("Full sentences: how you work, and what a usual session looks like and lasts."),
    ),
    Blank.SUPERVISION: (
        _("Supervision"),
        _("Full sentences: with whom therapists talk about their work, and what is left out."),
    ),
    Blank.FEES: (
        _("Fees"),
        _("Full sentences: for each kind of session, when it is paid, and who hears of a change."),
    ),
    Blank.CANCELLATION: (
        _("Cancellation"),
        _("Full sentences: until when it is free, what is charged later, what illness changes."),
    ),
    Blank.BREAKS: (
        _("Breaks and holidays"),
        _("Full sentences: how early clients hear of them, and whom they can call meanwhile."),
    ),
    Blank.CONTACT: (
        _("Contact between sessions"),
        _("Full sentences: by which way, in which hours, and how soon somebody answers."),
    ),
    Blank.ONLINE: (
        _("Online sessions"),
        _("Full sentences: which service you use, or that you offer none."),
    ),
    Blank.GRIEVANCE_OFFICER: (
        _("Grievance officer"),
        _("Name, phone and email of the person who answers complaints."),
    ),
    Blank.HOSTS: (
        _("Hosts"),
        _("Full sentences: who runs the server, the backups and the email, and in which country."),
    ),
    Blank.RETENTION_YEARS: (
        _("Years for which a record is kept"),
        _("A whole number of years after the last session. Ask your lawyer which law decides."),
    ),
    Blank.HELP_LINES: (_("Help lines"), _("From the settings of the site.")),
}
# For a gap that was left in one of the practice's own texts.
HINT_OF_GAP = _("Please replace “%(gap)s”: clients would read it.")


def blank_label(name: str) -> Text:
    """What a blank is called. A gap that was written by hand is shown as it is."""
    known = {str(blank): label for blank, (label, _hint) in BLANKS.items()}
    return known.get(name, name)
