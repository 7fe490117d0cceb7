"""The path as the pages draw it, and the page before a move."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts import unreadable
from clients import journey
from clients.labels import Text
from clients.models import Client, Step
from clients.path import actions as path_actions
from clients.path.forms import MoveForm
from clients.path.labels import REASONS
from clients.results.queries import measured


@dataclass(frozen=True)
class Stone:
    """One step as the path draws it: `state` is done, here or ahead."""

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


def stones(steps: list[Step], where: journey.Journey) -> list[Stone]:
    """The seven. A walked step stays walked after going back: the line never loses anything."""
    possible = where.possible
    return [
        Stone(
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


def moves(client: Client) -> list:
    return list(client.step_events.select_related("step", "by").order_by("-sequence"))


def step_asked(said: Mapping, where: journey.Journey) -> int:
    """The step that an address or a form asks for; the next one where it says nothing usable."""
    try:
        return int(said.get("to", ""))
    except (TypeError, ValueError):
        return min(where.step + 1, journey.LAST)


def renewed(form: MoveForm, client: Client, to: int) -> MoveForm:
    """The form after a refusal: what was typed stays, the version is the one now shown."""
    return MoveForm(with_version(form.data, client), back=journey.is_back(client.journey, to))


def with_version(data: Mapping, client: Client) -> dict:
    """What was typed, on the ground that the page now shows."""
    return dict(data.items()) | {"seen": client.journey.version}


def move(
    client: Client, to: int, form: MoveForm, verdict: journey.Verdict | None
) -> dict[str, object]:
    """The page before a move. Its reasons come from the rules that the action will ask."""
    where = client.journey
    verdict = verdict or journey.judge(
        where, to, now=timezone.now(), facts=path_actions.facts_of(client)
    )
    steps = {step.number: step for step in Step.objects.all()}
    return {
        "client": client,
        "form": form,
        "here": steps[where.step],
        "there": steps.get(to),
        "back": journey.is_back(where, to),
        "possible": journey.step_problem(where, to) is None,
        "blockers": [REASONS[code] for code in verdict.blockers],
        "warnings": [_warned(client, code) for code in verdict.warnings],
        "choices": [steps[number] for number in where.possible if number != to],
        "measured": measured(client, timezone.now()),
    }


def _warned(client: Client, code: journey.Code) -> Text:
    """A second thought in words. One query where tasks are open: they are named."""
    if code is not journey.Code.TASKS_OPEN:
        return REASONS[code]
    with unreadable.showing():
        return f"{REASONS[code]} {', '.join(f'“{task.title}”' for task in client.tasks.open())}"
