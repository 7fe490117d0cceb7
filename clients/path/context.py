"""The template context of the path and of the page that confirms a move."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.encryption import unreadable
from accounts.optimistic_lock import VersionedForm
from clients import journey
from clients.labels import Text
from clients.models import Client, Step, StepEvent
from clients.path import queries
from clients.path.forms import ChangeForm, MoveForm
from clients.path.labels import PATH_CHANGES, REASONS
from clients.path.queries import moves
from clients.results.queries import last_measurement


@dataclass(frozen=True)
class PathStep:
    """One step as it is drawn on the path. `state` is "done", "here" or "ahead"."""

    step: Step
    state: str
    stays: tuple[journey.Stay, ...]
    movable: bool = False

    @property
    def first_reached(self) -> datetime | None:
        return self.stays[0].since if self.stays else None

    @property
    def last_left(self) -> datetime | None:
        left = [stay.until for stay in self.stays if stay.until]
        return left[-1] if left else None


def path_steps(steps: list[Step], where: journey.Journey) -> list[PathStep]:
    """The seven steps. A step that was walked stays "done" after the client goes back."""
    possible = where.possible
    return [
        PathStep(
            step=step,
            state="here"
            if step.number == where.step
            else "done"
            if step.number in where.walked
            else "ahead",
            stays=where.stays_on(step.number),
            movable=step.number in possible,
        )
        for step in steps
    ]


def requested_step(query: Mapping, where: journey.Journey) -> int:
    """The step that a query string or form names, or the next step if it names none."""
    try:
        return int(query.get("to", ""))
    except (TypeError, ValueError):
        return min(where.step + 1, journey.LAST)


def move_form(data: Mapping | None, client: Client, to: int) -> MoveForm:
    where = client.journey
    start = {"to": to, "seen": where.version}
    return MoveForm(data, back=journey.is_back(where, to), initial=start)


def show_again(form: VersionedForm, client: Client) -> list[StepEvent]:
    """After `Stale`: the form gets the current version. Returns the events since the version that
    the page showed, newest first."""
    seen = form.cleaned_data["seen"]
    form.show_again(seen=client.journey.version)
    return list(moves(client, after=seen))


def move(client: Client, to: int, form: MoveForm) -> dict[str, object]:
    """The context of the page that confirms a move, with the same rules as the action."""
    where = client.journey
    verdict = queries.judge(client, to, now=timezone.now(), reason=form.data.get("reason"))
    steps = {step.number: step for step in Step.objects.all()}
    return {
        "client": client,
        "form": form,
        "here": steps[where.step],
        "target": steps.get(to),
        "back": journey.is_back(where, to),
        "possible": journey.step_problem(where, to) is None,
        "blockers": [REASONS[code] for code in verdict.blockers],
        "clinical": [REASONS[code] for code in verdict.clinical],
        "warnings": [_warned(client, code) for code in verdict.administrative],
        "choices": [steps[number] for number in where.possible if number != to],
        "last_measurement": last_measurement(client, timezone.now()),
    }


def change(client: Client, kind: journey.Kind, form: ChangeForm) -> dict[str, object]:
    """The context of the page that confirms a pause, a close or a resume."""
    verdict = journey.judge_change(client.journey, kind, reason=form.data.get("reason"))
    return {
        "client": client,
        "form": form,
        "change": PATH_CHANGES[kind],
        "blockers": [REASONS[code] for code in verdict.blockers],
    }


def _warned(client: Client, code: journey.Code) -> Text:
    """The text of an administrative warning. One query if it names the open tasks."""
    if code is not journey.Code.TASKS_OPEN:
        return REASONS[code]
    with unreadable.showing():
        return f"{REASONS[code]} {', '.join(f'“{task.title}”' for task in client.tasks.open())}"
