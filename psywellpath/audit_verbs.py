"""What the audit log says was done in running the site."""

from django.utils.translation import gettext_lazy as _

from accounts.audit.verbs import Verb


class OperationVerb(Verb):
    TIDIED = "old rows deleted", _("Expired rows were deleted")
    BACKED_UP = "backup made", _("A backup was made")
    RESTORED = "backup restored", _("A backup was restored")
