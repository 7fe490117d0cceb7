"""The texts about goals."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.goals.allowance import Refusal
from clients.goals.over_time import Direction
from clients.labels import Text
from clients.models.goal import MOST

REFUSALS: dict[Refusal, Text] = {
    Refusal.PATH_CLOSED: gettext_lazy(
        "Your path has ended, so your goals stay as they are. If you would like to come back,"
        " please tell the practice."
    ),
    Refusal.CONSENT_WITHDRAWN: gettext_lazy(
        "You have withdrawn your consent, so we take nothing new about you here. You can agree"
        " again whenever you wish."
    ),
}


def in_words(told: Direction | None) -> str:
    """Where a goal stands, such as "From 3 to 6 since 4 March 2026"."""
    if told is None:
        return _("Not rated yet")
    values = {
        "first": told.first, "last": told.last, "day": date_format(told.since, "j F Y"),
    }  # fmt: skip
    if told.once:
        return _("%(last)d on %(day)s") % values
    if told.first == told.last:
        return _("%(last)d, as on %(day)s") % values
    return _("From %(first)d to %(last)d since %(day)s") % values


def no_place() -> str:
    return _(
        "There are %(most)d goals already. When one of them is reached or set aside, there is"
        " room for another."
    ) % {"most": MOST}
