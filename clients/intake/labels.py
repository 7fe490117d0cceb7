"""How somebody who asks for a first session can be reached: the choices, and what staff read."""

from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.first_contact.safe_contact import SafeContact, Time, Way
from clients.labels import Text

# Offered until the practice has said which languages it speaks.
LANGUAGES = tuple((Path(__file__).parent / "languages.txt").read_text("utf-8").split())

WAYS: dict[Way, Text] = {
    Way.EITHER: _("Either is fine"),
    Way.EMAIL: _("By email"),
    Way.PHONE: _("By phone"),
}
TIMES: dict[Time, Text] = {
    Time.ANY: _("Any time"),
    Time.MORNING: _("Mornings"),
    Time.AFTERNOON: _("Afternoons"),
    Time.EVENING: _("Evenings"),
}


class Line(NamedTuple):
    """One thing to respect; `kind` is the class of its tag."""

    text: Text
    kind: str


def lines(contact: SafeContact) -> list[Line]:
    """What somebody who answers has to know before they call or write."""
    found = [_way(contact.way), _message(contact), _name(contact)]
    if contact.time:
        found.append(Line(gettext("Call: %(when)s") % {"when": TIMES[contact.time]}, "info"))
    if contact.language:
        found.append(Line(gettext("Speaks: %(name)s") % {"name": contact.language}, "info"))
    return [line for line in found if line]


def _way(way: Way | None) -> Line | None:
    if way == Way.PHONE:
        return Line(_("Call, do not email"), "warn")
    return Line(_("Email, do not call"), "warn") if way == Way.EMAIL else None


def _message(contact: SafeContact) -> Line:
    if contact.message:
        return Line(_("A message is fine"), "ok")
    if contact.message is None:
        return Line(_("Leave no message (they did not say)"), "warn")
    return Line(_("Leave no message"), "warn")


def _name(contact: SafeContact) -> Line:
    if contact.name_us:
        return Line(_("You may say who you are"), "ok")
    if contact.name_us is None:
        return Line(_("Do not say who you are (they did not say)"), "warn")
    return Line(_("Do not say who you are"), "warn")
