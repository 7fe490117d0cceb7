"""The practice's own data on a version, without names, and its own norms, switched by hand."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.encryption import data_keys
from accounts.models import User
from assessments.catalogue import actions as catalogue
from assessments.models import Answer, Attempt, InstrumentVersion, ScaleFact
from assessments.statistics.groups import MIN_PEOPLE_FOR_NORMS, own_norms


class TooFewPeople(ValueError):
    """Fewer people than the practice's own norms require."""


@data_keys.kept()
def first_attempts(version: InstrumentVersion) -> list[Mapping[str, int]]:
    """The answers of each person's first submitted attempt.

    An attempt without an owner counts as one person. Only the first attempt counts, because norms
    and alpha require independent observations. Three queries, and one short mapping per person in
    memory.
    """
    people: dict[UUID, dict[str, int]] = {}
    seen: set[UUID] = set()
    submitted = Attempt.objects.filter(version=version, submitted_at__isnull=False)
    for attempt_id, user_id in submitted.order_by("submitted_at").values_list("pk", "user_id"):
        if user_id is None or user_id not in seen:
            people[attempt_id] = {}
        if user_id is not None:
            seen.add(user_id)
    answers = Answer.objects.filter(
        attempt__version=version, attempt__submitted_at__isnull=False, value__isnull=False
    )
    for answer in answers.only("attempt_id", "item_id", "value"):
        if answer.attempt_id not in people:
            continue
        if answer.unreadable:  # A person is never counted by part of their answers.
            del people[answer.attempt_id]
        elif answer.value is not None:
            people[answer.attempt_id][answer.item_id] = answer.value
    return list(people.values())


def own_norms_in_use(version: InstrumentVersion) -> list[ScaleFact]:
    """The facts through which the practice's own norms now hold. One query."""
    stacks: dict[str, list[ScaleFact]] = {}
    for fact in version.facts.filter(kind=ScaleFact.Kind.NORMS).order_by("added_at"):
        stack = stacks.setdefault(fact.scale_id, [])
        if fact.numbers:
            stack.append(fact)
        elif stack:
            stack.pop()
    return [stack[-1] for stack in stacks.values() if stack and stack[-1].own]


@transaction.atomic
def switch_on_own_norms(*, version: InstrumentVersion, by: User) -> int:
    """Compares results with the practice's own data as it is now. Returns the number of scales.

    Raises TooFewPeople if no scale has scores of 100 people.
    """
    switch_off_own_norms(version=version, by=by)
    norms = own_norms(version.questionnaire, first_attempts(version))
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
