"""Texts that several features show."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# The empty choice of a select.
CHOOSE = _("Choose …")
# Shown to a client who wrote something for their therapist. It must not promise a quick reply.
SAVED_OWN = _(
    "Saved. Your therapist can read it, but perhaps not today. If you are not safe now, please call"
    " one of the help lines on this page."
)
