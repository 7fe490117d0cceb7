"""The verbs of the audit log. Each app declares its own: a subclass of `Verb`.

Those of the other apps are in `<app>/audit_verbs.py`. Rows are kept for years: a verb's label may
change, its stored value must not.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Verb(TextChoices):
    """The value that a row stores, and the text that a manager reads."""


def every_verb() -> list[Verb]:
    """The verbs of all apps; complete once the apps are loaded (`AccountsConfig.ready`)."""
    return [verb for verbs in Verb.__subclasses__() for verb in verbs]


class AccountVerb(Verb):
    SIGNED_IN = "signed in", _("Signed in")
    SIGNED_OUT = "signed out", _("Signed out")
    SIGN_IN_FAILED = "sign-in failed", _("Sign-in failed")
    PASSWORD_CHANGED = "password changed", _("Changed the password")
    FACTOR_ADDED = "second factor added", _("Added a second factor")
    FACTOR_REMOVED = "second factor removed", _("Removed a second factor")
    FACTOR_FAILED = "second factor failed", _("Second factor failed")
    CODES_MADE = "recovery codes made", _("Made recovery codes")
    SESSIONS_ENDED = "sessions ended", _("Ended sign-ins")
    ADDRESS_ASKED = "new address asked for", _("Asked for a new email address")
    ADDRESS_CHANGED = "address changed", _("Changed the email address")
    ROLES_CHANGED = "roles changed", _("Changed a person’s roles")
    PERSON_ADDED = "person added", _("Added a person")
    PERSON_CHANGED = "person changed", _("Changed a person’s account")
    PERSON_OPENED = "person opened", _("Opened a person’s account")
    PEOPLE_LISTED = "people listed", _("Viewed the list of people")
    REFUSED = "refused", _("Asked for a page and was refused")
    INVITED = "invited", _("Invited")
    INVITATION_WITHDRAWN = "invitation withdrawn", _("Withdrew an invitation")
    INVITATION_ACCEPTED = "invitation accepted", _("Accepted the invitation")
    CONSENTED = "consented", _("Gave consent")
    CONSENT_WITHDRAWN = "consent withdrawn", _("Withdrew consent")
    DETAILS_CHANGED = "practice details changed", _("Changed what the practice says about itself")
    KEYS_ROTATED = "keys rotated", _("Encryption keys were rotated")
