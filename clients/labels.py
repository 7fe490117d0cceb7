"""Texts that several features show."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# What a select says before anything is chosen.
CHOOSE = _("Choose …")
# What a client reads after writing something for their therapist: nobody promises to read it soon.
SAVED_OWN = _(
    "Saved. Your therapist can read it, but perhaps not today. If you are not safe now, please call"
    " one of the help lines on this page."
)
