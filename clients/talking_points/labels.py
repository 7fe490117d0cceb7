"""The texts about what cannot be added for the next session."""

from django.utils.translation import gettext_lazy as _

from clients.labels import Text
from clients.talking_points.refusals import Refusal

REFUSALS: dict[Refusal, Text] = {
    Refusal.PATH_CLOSED: _(
        "Your path has ended, so there is no next session to bring this to. If you would like to"
        " come back, please tell the practice."
    ),
    Refusal.NO_THERAPIST: _(
        "You have no therapist here at present, so nobody would read this. If you need to talk,"
        " please ask the practice to call you."
    ),
    Refusal.CONSENT_WITHDRAWN: _(
        "You have withdrawn your consent, so we take nothing new about you here. You can agree"
        " again whenever you wish."
    ),
}
