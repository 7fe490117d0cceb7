"""The texts about consents: what each is about and what its withdrawal changes."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import ConsentKind
from clients.labels import Text


@dataclass(frozen=True)
class ConsentLabels:
    """`effects` says what the withdrawal changes, before it is done; `done` after it."""

    title: Text
    about: Text
    agree: Text
    withdraw: Text
    confirm: Text
    effects: tuple[Text, ...]
    done: Text


_TOLD = _("Your therapist and the practice are told, and will talk with you.")
_PATH_STAYS = _("Your path stays where it is. Nobody moves you to another step.")
_SESSIONS = _("Sessions that are planned stay planned until you or your therapist cancel them.")
_READING = _("You can still sign in, read everything here, and open your safety plan.")
_ERASURE = _(
    "The practice is asked to erase your record. It answers you on the page “Erasure”, and says"
    " what the law makes it keep, and for how long. You can take that request back there."
)
_NOT_COUNTED = _("If you agreed to statistics, this ends, too.")
_AGAIN = _("You can agree again whenever you wish.")

CONSENTS: dict[ConsentKind, ConsentLabels] = {
    ConsentKind.THERAPY: ConsentLabels(
        title=_("Therapy"),
        about=_("What therapy here is, what it costs, and when we may have to tell someone."),
        agree=_("I agree to therapy as described"),
        withdraw=_("Withdraw my agreement to therapy"),
        confirm=_("Yes, withdraw my agreement to therapy"),
        effects=(_TOLD, _PATH_STAYS, _SESSIONS, _READING, _AGAIN),
        done=_(
            "Your agreement to therapy is withdrawn. Your therapist and the practice are told. Your"
            " path stays where it is."
        ),
    ),
    ConsentKind.DATA: ConsentLabels(
        title=_("My data"),
        about=_("What the practice keeps about you, why, who sees it, and for how long."),
        agree=_("I agree that my data is used like this"),
        withdraw=_("Withdraw my agreement about my data"),
        confirm=_("Yes, withdraw my agreement about my data"),
        effects=(_ERASURE, _TOLD, _PATH_STAYS, _NOT_COUNTED, _READING, _AGAIN),
        done=_(
            "Your agreement about your data is withdrawn. The practice is asked to erase your"
            " record and answers you on the page “Erasure”. Your path stays where it is."
        ),
    ),
    ConsentKind.STATISTICS: ConsentLabels(
        title=_("Statistics"),
        about=_("Counting without names, to learn if our work helps. This is your free choice."),
        agree=_("Yes, count me"),
        withdraw=_("Stop counting me"),
        confirm=_("Yes, stop counting me"),
        effects=(
            _("From now on you are left out of every new count."),
            _("Numbers that were worked out before stay as they are. They hold no names."),
            _("Nothing else changes, and your therapist is not told."),
        ),
        done=_("You are left out of every new count. Nothing else changes."),
    ),
    ConsentKind.JOINT: ConsentLabels(
        title=_("An earlier text about therapy and my data"),
        about=_("You agreed to this before there was a text for each."),
        agree="",
        withdraw=_("Withdraw my agreement to this text"),
        confirm=_("Yes, withdraw my agreement to this text"),
        effects=(_ERASURE, _TOLD, _PATH_STAYS, _SESSIONS, _READING, _AGAIN),
        done=_(
            "Your agreement is withdrawn. The practice is asked to erase your record and answers"
            " you on the page “Erasure”. Your path stays where it is."
        ),
    ),
}
