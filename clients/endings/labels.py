"""The labels of the outcomes."""

from django.utils.translation import gettext_lazy as _

from clients.endings.outcomes import Outcome
from clients.labels import Text

OUTCOMES: dict[Outcome, Text] = {
    Outcome.HAND_OVER: _("Hand over, at the same time"),
    Outcome.CALL_OFF: _("Cancel"),
    Outcome.WITHDRAW: _("Withdraw"),
    Outcome.KEEP: _("Keep"),
}
