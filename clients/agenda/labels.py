"""The labels of the agenda."""

from django.utils.translation import gettext_lazy as _

from clients.labels import Text
from clients.models import ChangeRequest
from clients.models.result import ChangeVerdict

# After the title of a dimension.
VERDICTS: dict[str, Text] = {
    ChangeVerdict.LOWER: _("reliably lower"),
    ChangeVerdict.HIGHER: _("reliably higher"),
    ChangeVerdict.NEITHER: _("no reliable change"),
    ChangeVerdict.UNKNOWN: _("not known whether it changed"),
}
WISHES: dict[str, Text] = {
    ChangeRequest.Wish.MOVE: _("Asks for another time"),
    ChangeRequest.Wish.CANCEL: _("Can’t come"),
}
