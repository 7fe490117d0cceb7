"""What the outcomes of an ending are called on a page."""

from django.utils.translation import gettext_lazy as _

from clients.endings.outcomes import Outcome
from clients.labels import Text

OUTCOMES: dict[Outcome, Text] = {
    Outcome.HAND_OVER: _("Hand over at the same time"),
    Outcome.CALL_OFF: _("Call off"),
    Outcome.TAKE_BACK: _("Take back"),
    Outcome.KEEP: _("Keep"),
}
