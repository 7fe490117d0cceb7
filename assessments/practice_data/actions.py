"""Counting the practice's own data in batches, and switching its own norms on and off."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.catalogue import actions as catalogue
from assessments.models import Attempt, InstrumentVersion, ScaleFact
from assessments.practice_data import queries
from assessments.practice_data.queries import own_norms_in_use
from assessments.statistics import totals
from assessments.statistics.groups import MIN_PEOPLE_FOR_NORMS, own_norms


class TooFewPeople(ValueError):
    """Fewer people than the practice's own norms require."""


@transaction.atomic
def count_waiting(*, version: InstrumentVersion) -> int:
    """Adds those who wait to the version's totals, as far as they make whole batches of ten.

    Returns their number. It needs the owner of the tables: the site itself counts nobody.
    """
    # The lock makes a second run wait, so that nobody is counted twice.
    InstrumentVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    people = totals.whole_batches(queries.waiting(version))
    if people:
        row = queries.group_totals(version)
        answers = [one.answers for one in people]
        added = totals.add(version.questionnaire, totals.from_json(row.totals), answers)
        row.totals, row.counted_at = totals.as_json(added), timezone.now()
        row.save()
        Attempt.objects.filter(pk__in=[one.attempt for one in people]).update(counted=True)
    return len(people)


@transaction.atomic
def switch_on_own_norms(*, version: InstrumentVersion, by: User) -> int:
    """Compares results with the practice's own data as it is now. Returns the number of scales.

    Raises TooFewPeople if fewer than 100 people are counted, or if the version asks about one
    relationship at a time.
    """
    switch_off_own_norms(version=version, by=by)
    norms = own_norms(version.questionnaire, queries.totals(version))
    if not norms:
        raise TooFewPeople(MIN_PEOPLE_FOR_NORMS)
    today = date_format(timezone.localdate(), "j F Y")
    for scale_id, numbers in norms.items():
        catalogue.add_fact(
            version=version,
            scale_id=scale_id,
            kind=ScaleFact.Kind.NORMS,
            sample=_("people who took it at this practice up to %(date)s") % {"date": today},
            source=_("The practice's own data, first attempts only; not a published norm."),
            numbers=numbers,
            by=by,
            own=True,
        )
    return len(norms)


@transaction.atomic
def switch_off_own_norms(*, version: InstrumentVersion, by: User) -> int:
    """Restores the norms that held before. Returns the number of scales."""
    # The lock makes a second manager's request wait, so that it sees what the first one changed.
    InstrumentVersion.objects.select_for_update().get(pk=version.pk)
    facts = own_norms_in_use(version)
    for fact in facts:
        catalogue.add_fact(
            version=version,
            scale_id=fact.scale_id,
            kind=ScaleFact.Kind.NORMS,
            sample=fact.sample,
            source=_("Switched off by hand."),
            numbers={},
            by=by,
            own=True,
        )
    return len(facts)
