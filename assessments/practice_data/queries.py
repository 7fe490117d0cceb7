"""The practice's own data on a version, without names, and its own norms that are in use."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q

from accounts.encryption import data_keys
from accounts.models import ConsentKind
from accounts.models.consent import agreed
from assessments.models import Answer, Attempt, InstrumentVersion, ScaleFact


@data_keys.key_cache()
def first_attempts(version: InstrumentVersion) -> list[Mapping[str, int]]:
    """The answers of each person's first submitted attempt, of those who agree to statistics now.

    An attempt without an owner counts as one person; the page before it says so. Only the first
    attempt counts, because norms and alpha require independent observations. Three queries, and one
    short mapping per person in memory.
    """
    people: dict[UUID, dict[str, int]] = {}
    seen: set[UUID] = set()
    counted = Q(user=None) | Q(agreed(ConsentKind.STATISTICS, "user"))
    submitted = Attempt.objects.filter(counted, version=version, submitted_at__isnull=False)
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
