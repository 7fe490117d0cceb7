"""What the pages of care show, gathered in a few queries whatever the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts import audit
from articles.models import Article
from assessments.models import Attempt
from clients import actions, journey
from clients.forms import MoveForm, NoteForm
from clients.models import CareLink, Client, SharedResult, Step
from clients.words import REASONS


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


@dataclass(frozen=True)
class Scores:
    """One result in a line: its dimensions as (title, score or None), and where it is read."""

    when: datetime | None
    dimensions: list[tuple[str, str | None]]
    url: str


def scores(shared: SharedResult) -> Scores:
    """No query if the client came `with_results`."""
    attempt = shared.attempt
    found = attempt.result.scored if attempt.result else None
    means = [
        (scale.title, None if mean is None else f"{float(mean):.1f}")
        for scale in attempt.questionnaire.scales
        for mean in [found.mean(scale.id) if found else None]
    ]
    return Scores(attempt.submitted_at, means, shared.get_absolute_url())


@dataclass(frozen=True)
class CaseloadRow:
    client: Client
    stones: list[Stone]
    days: int
    invited: bool
    latest: Scores | None

    @property
    def here(self) -> Stone:
        return next(stone for stone in self.stones if stone.state == "here")


def caseload_rows(clients: list[Client], steps: list[Step], now: datetime) -> list[CaseloadRow]:
    """No query: the clients come `with_path` and `with_results`."""
    return [
        CaseloadRow(
            client=client,
            stones=stones(steps, client.journey),
            days=client.journey.time_on_step(now).days,
            invited=not client.user.is_active,
            latest=next((scores(shared) for shared in client.shared_results.all()), None),
        )
        for client in clients
    ]


def record(client: Client, form: NoteForm) -> dict[str, object]:
    """One client's page for their therapist. A handful of queries, whatever the rows."""
    where, steps = client.journey, list(Step.objects.all())
    return {
        "client": client,
        "stones": stones(steps, where),
        "here": steps[where.step - 1],
        "days": where.time_on_step(timezone.now()).days,
        "moves": moves(client),
        "results": [scores(shared) for shared in shared_results(client)],
        "notes": client.notes.select_related("author"),
        "note_form": form,
        "links": CareLink.objects.current().filter(client=client).select_related("therapist"),
    }


def shared_results(client: Client) -> QuerySet[SharedResult]:
    """Newest first, ready to read. Five queries."""
    attempts = Prefetch("attempt", Attempt.objects.for_reading())
    return client.shared_results.prefetch_related(attempts)


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
    said = dict(form.data.items()) | {"seen": client.journey.version}
    return MoveForm(said, back=journey.is_back(client.journey, to))


def move(
    client: Client, to: int, form: MoveForm, verdict: journey.Verdict | None
) -> dict[str, object]:
    """The page before a move. Its reasons come from the rules that the action will ask."""
    where = client.journey
    verdict = verdict or journey.judge(
        where, to, now=timezone.now(), facts=actions.facts_of(client)
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
        "warnings": [REASONS[code] for code in verdict.warnings],
        "choices": [steps[number] for number in where.possible],
    }


def own_path(client: Client) -> dict[str, object]:
    """The client's own page."""
    where, steps = client.journey, list(Step.objects.all())
    moves_back = {e.sequence: e.reason for e in client.step_events.all() if e.reason}
    return {
        "client": client,
        "stones": stones(steps, where),
        "here": steps[where.step - 1],
        "word": moves_back.get(where.version, ""),
        "notes": client.notes.shared().select_related("author")[:20],
        "results": own_results(client),
        "unfinished": Attempt.objects.of(client.user).filter(submitted_at=None)[:3],
        "reading": reading(where.step),
        "links": CareLink.objects.current().filter(client=client).select_related("therapist"),
        "looks": audit.name_actors(list(looks(client)[:8])),
    }


def reading(step: int) -> QuerySet[Article]:
    """The public articles that belong to a step, in the order in which they were put there."""
    articles = Article.objects.published().for_lists()
    return articles.filter(steps__step=step).order_by("steps__pk")


def own_results(client: Client) -> list[Attempt]:
    """The client's submitted attempts, each with `.shared`. Two queries."""
    shared = set(client.shared_results.values_list("attempt_id", flat=True))
    attempts = list(Attempt.objects.of(client.user).submitted().select_related("version"))
    for attempt in attempts:
        attempt.shared = attempt.pk in shared  # type: ignore[attr-defined]
    return attempts


def looks(client: Client):
    """Who opened the record or was given it, other than the client; newest first."""
    seen = [audit.Verb.RECORD_OPENED, audit.Verb.RESULT_OPENED, audit.Verb.CARE_STARTED]
    return (
        audit.of_client(client.pk)
        .filter(verb__in=[verb.value for verb in seen])
        .exclude(actor=client.user_id)
    )
