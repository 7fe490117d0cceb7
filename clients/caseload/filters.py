"""The filters and orders of the caseload, each declared here alone: the form, the page, the query
and the CSV file follow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.database.together import Counted, Loader
from accounts.models import User
from clients.labels import Text
from clients.models import CareLink, Note
from clients.models.caseload_index import CLOSED, GOING, WAITS_SINCE, CaseloadIndexQuerySet
from clients.notes.text_search import words_of

# After so many weeks a therapist may ask who was not measured.
WEEKS = (4, 8, 12, 26, 52)


@dataclass(frozen=True)
class Asking:
    """Who looks at their caseload, and when."""

    user: User
    now: datetime


Condition = Callable[[CaseloadIndexQuerySet, Any, Asking], CaseloadIndexQuerySet]


@dataclass(frozen=True)
class Filter:
    """`field` is that of the form; `condition` leaves the clients who match its value."""

    field: forms.Field
    condition: Condition


@dataclass(frozen=True)
class Order:
    label: Text
    columns: Callable[[datetime], tuple]


def _named(index: CaseloadIndexQuerySet, typed: str, _asking: Asking) -> CaseloadIndexQuerySet:
    """Each word is part of the name, in any order; an email address is the whole address."""
    if "@" in typed:
        try:
            return index.filter(client__user__email=User.clean_email(typed))
        except ValidationError:
            return index.none()
    name = Func(F("client__user__name"), template="normalize(%(expressions)s, NFC)")
    index = index.alias(name=name)
    for word in words_of(typed):
        index = index.filter(name__icontains=word)
    return index


def _drafts(index: CaseloadIndexQuerySet, _value: Any, asking: Asking) -> CaseloadIndexQuerySet:
    return index.filter(pk__in=Note.objects.drafts_of(asking.user).values("client"))


def _covered(index: CaseloadIndexQuerySet, _value: Any, asking: Asking) -> CaseloadIndexQuerySet:
    covers = CareLink.objects.current(asking.now).covers_of(asking.user)
    return index.filter(pk__in=covers.values("client"))


def _yes(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


FILTERS: dict[str, Filter] = {
    "q": Filter(
        forms.CharField(
            label=_("Name or email"),
            required=False,
            max_length=254,
            widget=forms.TextInput(attrs={"placeholder": _("Name or email"), "type": "search"}),
        ),
        _named,
    ),
    "step": Filter(
        forms.TypedChoiceField(label=_("Step"), required=False, coerce=int, empty_value=None),
        lambda index, number, _asking: index.filter(step=number),
    ),
    "unmeasured": Filter(
        forms.TypedChoiceField(
            label=_("Measured"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[
                ("", _("Measured at any time")),
                *(
                    (
                        n,
                        ngettext_lazy(
                            "Not measured for %(n)s week", "Not measured for %(n)s weeks", "n"
                        )
                        % {"n": n},
                    )
                    for n in WEEKS
                ),
            ],
        ),
        lambda index, weeks, asking: index.not_measured_for(weeks, asking.now),
    ),
    "needs": Filter(
        _yes(_("Needs attention")), lambda index, _value, _asking: index.filter(Q(needy=True))
    ),
    "unplanned": Filter(
        _yes(_("No session planned")),
        lambda index, _value, asking: index.with_nothing_planned(asking.now),
    ),
    "drafts": Filter(_yes(_("Drafts of mine")), _drafts),
    "covered": Filter(_yes(_("Clients I cover for")), _covered),
}
# Not among them, because it decides which paths they start from.
CLOSED_PATHS = "closed"
CLOSED_FIELD = _yes(_("Closed paths"))


def narrow(
    index: CaseloadIndexQuerySet, filters: dict[str, Any], asking: Asking
) -> CaseloadIndexQuerySet:
    """The clients who match the filters, of an index `with_needs`."""
    selected = index.filter(CLOSED if filters.get(CLOSED_PATHS) else GOING)
    for name, one in FILTERS.items():
        if value := filters.get(name):
            selected = one.condition(selected, value, asking)
    return selected


def closed_matches(
    index: CaseloadIndexQuerySet, filters: dict[str, Any], asking: Asking
) -> Loader[int | None]:
    """How many closed paths match the same filters; None if they are looked at already."""
    if filters.get(CLOSED_PATHS):
        return None
    counted = Counted(narrow(index, {**filters, CLOSED_PATHS: True}, asking))
    yield (counted,)
    return counted.n


def _waits_longest(now: datetime) -> tuple:
    """Those without a planned session first: the others have a day to wait for."""
    planned = Case(When(planned_at__gte=now, then=Value(1)), default=Value(0))
    return (planned, WAITS_SINCE.asc(), "pk")


# Times hardly ever tie, and ordering ties by name would cost a look-up for every client.
ORDERS: dict[str, Order] = {
    "": Order(_("Needs attention first"), lambda now: (F("needy").desc(), *_waits_longest(now))),
    "name": Order(_("Name"), lambda _now: ("client__user__name", "pk")),
    "step": Order(_("Step"), lambda _now: ("step", "client__user__name", "pk")),
    "next": Order(_("Next session"), lambda _now: (F("next_at").asc(nulls_last=True), "pk")),
    "since": Order(_("Longest on a step"), lambda _now: ("since", "pk")),
    "contact": Order(_("Waits longest"), _waits_longest),
}


def ordered(index: CaseloadIndexQuerySet, sort: str, now: datetime) -> CaseloadIndexQuerySet:
    """In the chosen order; by default clients who need attention first, then those who wait
    longest."""
    sort = sort if sort in ORDERS else ""
    if sort == "next":
        index = index.with_next(now)
    return index.order_by(*ORDERS[sort].columns(now))


# Which filters alone leave as many clients as `count` has counted anyway.
KNOWN_COUNTS: dict[frozenset[str], str] = {frozenset(): "going", frozenset({"needs"}): "needing"}


def known_count(filters: dict[str, Any]) -> str | None:
    """Which of the numbers of `count` is that of the clients whom `narrow` leaves; None if it is
    none of them."""
    active = frozenset(name for name in (*FILTERS, CLOSED_PATHS) if filters.get(name))
    return KNOWN_COUNTS.get(active)
