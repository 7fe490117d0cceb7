"""Setting, rewording and ending a goal, and rating goals. Nobody gets an email about it."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import Stale
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.goals.allowance import free_place
from clients.goals.labels import REFUSALS, no_place
from clients.goals.queries import refusal_for
from clients.models import Client, Goal, GoalRating
from clients.models.goal import MOST

ENDINGS: dict[str, CareVerb] = {
    Goal.Ending.REACHED: CareVerb.GOAL_REACHED,
    Goal.Ending.SET_ASIDE: CareVerb.GOAL_SET_ASIDE,
}


@transaction.atomic
def add(
    *,
    client: Client,
    by: User,
    text: str,
    key: UUID | None = None,
    request: HttpRequest | None = None,
) -> Goal:
    """A goal in the client's words, written down by them, or by a therapist together with them. A
    second call with the same `key` changes nothing. Raises ValidationError."""
    client = _lock_own(client, by) if by.pk == client.user_id else lock_record(client, by)
    key = key or uuid4()
    if added := client.goals.filter(idempotency_key=key).first():
        return added
    if by.pk == client.user_id:
        _demand_allowed(client)
    place = free_place(set(client.goals.open().values_list("place", flat=True)), MOST)
    if place is None:
        raise ValidationError(no_place())
    goal = Goal(client=client, text=text.strip(), place=place, written_by=by, idempotency_key=key)
    return _insert(goal, CareVerb.GOAL_SET, request)


@transaction.atomic
def reword(*, goal: Goal, by: User, text: str, request: HttpRequest | None = None) -> Goal:
    """The client says it in other words. What was rated stays with the words before. Raises Stale
    if another window has reworded it, and ValidationError if it has ended."""
    client = _lock_own(goal.client, by)
    locked = Goal.objects.select_related("replaced_by").get(pk=goal.pk)
    if locked.ending == Goal.Ending.REWORDED:
        latest = latest_wording(locked)
        if latest.text == text.strip():
            return latest
        raise Stale(latest)
    _demand_open(locked)
    if locked.text == text.strip():
        return locked
    _demand_allowed(client)
    new = Goal(client=client, text=text.strip(), place=locked.place, written_by=by, replaces=locked)
    new.clean_fields()
    _end(locked, Goal.Ending.REWORDED)
    return _insert(new, CareVerb.GOAL_REWORDED, request)


@transaction.atomic
def end(*, goal: Goal, by: User, ending: str, request: HttpRequest | None = None) -> None:
    """The client has reached it or sets it aside. A second call changes nothing. Raises Stale if it
    was reworded meanwhile."""
    _lock_own(goal.client, by)
    locked = Goal.objects.get(pk=goal.pk)
    if locked.ending == Goal.Ending.REWORDED:
        raise Stale(latest_wording(locked))
    if locked.is_open:
        _end(locked, ending)
        verb = ENDINGS[ending]
        audit.record(verb, by=by, client=locked.client_id, target=locked, request=request)


@transaction.atomic
def rate(
    *,
    client: Client,
    by: User,
    values: Mapping[UUID, int],
    request: HttpRequest | None = None,
) -> None:
    """How near the client is to their goals today, by the goals' ids; another rating on the same
    day takes its place. A task that asks for it is done. Raises ValidationError."""
    client = _lock_own(client, by)
    _demand_allowed(client)
    goals = {goal.pk: goal for goal in client.goals.open()}
    if not values:
        raise ValidationError(_("Please choose a number for one goal at least."))
    if not values.keys() <= goals.keys():
        raise ValidationError(
            _(
                "A goal was changed or has ended in the meantime. Please look at your goals below"
                " and rate them again."
            )
        )
    now = timezone.now()
    for pk, value in values.items():
        _rate(goals[pk], value, now)
    audit.record(CareVerb.GOALS_RATED, by=by, client=client.pk, target=client, request=request)
    for task in client.tasks.open().filter(rates_goals=True).select_for_update(of=("self",)):
        task.done_at = now
        task.save(update_fields=["done_at"])
        audit.record(CareVerb.TASK_DONE, by=by, client=client.pk, target=task, request=request)


def _rate(goal: Goal, value: int, now) -> None:
    today = timezone.localdate(now)
    rating = GoalRating.objects.filter(goal=goal, rated_on=today).first()
    rating = rating or GoalRating(client=goal.client, goal=goal, rated_on=today)
    new = rating._state.adding
    rating.value, rating.rated_at = value, now
    rating.full_clean(validate_unique=False, validate_constraints=False)
    rating.save(force_insert=new, update_fields=None if new else ["value", "rated_at"])


def latest_wording(goal: Goal) -> Goal:
    """The words that took the place of these. A query for each rewording."""
    while after := Goal.objects.filter(replaces=goal).select_related("client").first():
        goal = after
    return goal


def _lock_own(client: Client, by: User) -> Client:
    if by.pk != client.user_id:
        raise PermissionDenied
    return Client.objects.select_for_update(of=("self",)).get(pk=client.pk)


def _demand_allowed(client: Client) -> None:
    if reason := refusal_for(client):
        raise ValidationError(str(REFUSALS[reason]))


def _demand_open(goal: Goal) -> None:
    if not goal.is_open:
        raise ValidationError(_("This goal has ended, so its words stay as they are."))


def _end(goal: Goal, ending: str) -> None:
    goal.ending, goal.ended_at = ending, timezone.now()
    goal.save(update_fields=["ending", "ended_at"])


def _insert(goal: Goal, verb: CareVerb, request: HttpRequest | None) -> Goal:
    goal.full_clean()
    goal.save(force_insert=True)
    audit.record(verb, by=goal.written_by, client=goal.client_id, target=goal, request=request)
    return goal
