"""Texts that several features show."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# The empty choice of a select.
CHOOSE = _("Choose …")
