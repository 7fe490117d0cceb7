"""The practice's own data on a version, without names, and its own norms that are in use."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from accounts.encryption import data_keys
from accounts.models import ConsentKind
from accounts.models.consent import agreed
from assessments.models import Answer, Attempt, GroupTotals, InstrumentVersion, ScaleFact
from assessments.statistics.totals import Totals, from_json, is_complete


@dataclass(frozen=True, slots=True)
class Waiting:
    """An attempt that waits for its batch to be whole."""

    attempt: UUID
    answers: dict[str, int] = field(default_factory=dict)


@data_keys.key_cache()
def waiting(version: InstrumentVersion) -> list[Waiting]:
    """The first submitted attempt of each person who answered everything, agrees to statistics now
    and is not counted yet, in the order of submission.

    An attempt without an owner counts as one person; the page before it says so. Only the first
    attempt counts, because norms and alpha require independent observations. Three queries, and one
    short mapping per person in memory.
    """
    people: dict[UUID, Waiting] = {}
    seen: set[UUID] = set()
    agrees = Q(user=None) | Q(agreed(ConsentKind.STATISTICS, "user"))
    submitted = Attempt.objects.filter(agrees, version=version, submitted_at__isnull=False)
    rows = submitted.order_by("submitted_at", "pk").values_list("pk", "user_id", "counted")
    for attempt_id, user_id, counted in rows:
        if user_id not in seen and not counted:
            people[attempt_id] = Waiting(attempt_id)
        if user_id is not None:
            seen.add(user_id)
    answers = Answer.objects.filter(attempt__in=people, value__isnull=False)
    for answer in answers.only("attempt_id", "item_id", "value"):
        if answer.attempt_id not in people:
            continue
        if answer.unreadable:  # A person is never counted by part of their answers.
            del people[answer.attempt_id]
        elif answer.value is not None:
            people[answer.attempt_id].answers[answer.item_id] = answer.value
    return [one for one in people.values() if is_complete(version.questionnaire, one.answers)]


def totals(version: InstrumentVersion) -> Totals:
    """The totals of those who are counted, by scale id. One query."""
    return from_json(group_totals(version).totals)


def group_totals(version: InstrumentVersion) -> GroupTotals:
    """The totals of a version; unsaved and empty if nobody is counted yet. One query."""
    stored = GroupTotals.objects.filter(version=version).first()
    return stored or GroupTotals(version=version)


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
