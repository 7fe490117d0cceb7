"""What the parts of the first days are called, and what the practice is asked for."""

from django.utils.translation import gettext_lazy as _

from accounts.consent_texts.blanks import Blank
from accounts.labels import BLANKS
from clients.first_days.welcome import Detail
from clients.labels import Text

# By the name of the part in `PARTS`, as clients read it.
HEADINGS: dict[str, Text] = {
    "next": _("What happens first"),
    "place": _("Where we meet"),
    "fees": _("What it costs"),
    "prepare": _("How to prepare"),
    "languages": _("Languages we speak"),
    "reach": _("How to reach us"),
}

# (label, what to write there).
DETAILS: dict[Detail, tuple[Text, Text]] = {
    Detail.FIRST_CONTACT: (
        _("What happens first"),
        _("Who writes or calls, within how many days, and how the first session is arranged."),
    ),
    Detail.PLACE: (
        _("Where we meet"),
        _("The address and the way there, with floor or doorbell; or how the video link comes."),
    ),
    Detail.PREPARE: (
        _("How to prepare"),
        _("What to bring or think about, when to arrive, and that nothing has to be prepared."),
    ),
    Detail.LANGUAGES: (
        _("Languages"),
        _("One on each line. The form for a first session offers them, too."),
    ),
}


def detail_label(detail: Detail | Blank) -> Text:
    return DETAILS[detail][0] if isinstance(detail, Detail) else BLANKS[detail][0]
