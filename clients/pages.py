"""What the pages of care show, gathered in a few queries whatever the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import consents, unreadable
from accounts.models import User
from articles.models import Article
from assessments.models import Attempt, Audience, Instrument, InstrumentVersion
from clients import actions, journey, looks, remeasure, result_pages, safety, sessions
from clients.forms import MoveForm, SessionForm, TodayForm
from clients.forms_writing import NoteForm
from clients.models import CareLink, Client, NoteTemplate, Session, SharedResult, Step, TaskIdea
from clients.models.care import in_its_care
from clients.words import REASONS, Text


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


def record(
    client: Client,
    by: User,
    form: NoteForm | None = None,
    template: dict[str, str] | None = None,
) -> dict[str, object]:
    """One client's page for their therapist. A handful of queries, whatever the rows."""
    where, steps = client.journey, list(Step.objects.all())
    shared, now = list(shared_results(client)), timezone.now()
    of_today = list(sessions.of_today(client, now).order_by("at"))
    states = [session.state for session in of_today]
    return {
        "client": client,
        "stones": stones(steps, where),
        "here": steps[where.step - 1],
        "days": where.time_on_step(now).days,
        "moves": moves(client),
        "results": result_pages.in_lines(shared),
        "section": result_pages.latest_section(shared, where, now),
        "families": result_pages.families(one.attempt for one in shared),
        "notes": client.notes.signed().with_amendments(),
        "drafts": client.notes.drafts_of(by),
        "templates": NoteTemplate.objects.filter(step=where.step, active=True),
        "plan": safety.current(client),
        "note_form": form or NoteForm(initial=template or {}),
        "open_tasks": client.tasks.open(),
        "done_tasks": client.tasks.done()[:8],
        "today": timezone.localdate(),
        "session_form": SessionForm(),
        "today_form": TodayForm(),
        "sessions": sessions.shown(client, now),
        "held_today": Session.State.HELD in states,
        "planned_today": next((s for s in of_today if s.state == Session.State.PLANNED), None),
        "now": now,
        **carers(client),
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


@dataclass(frozen=True)
class Measured:
    """The latest shared result, and until when asking again would be too soon (None: it is not)."""

    instrument: Instrument
    at: datetime
    too_soon_until: datetime | None


def measured(client: Client, now: datetime) -> Measured | None:
    """One query."""
    found = client.shared_results.select_related("attempt__version__instrument").first()
    if found is None or found.attempt.submitted_at is None:
        return None
    at = found.attempt.submitted_at
    return Measured(found.attempt.version.instrument, at, remeasure.too_soon_until(at, now))


def own_path(client: Client) -> dict[str, object]:
    """The client's own page."""
    where, steps = client.journey, list(Step.objects.all())
    results = own_results(client)
    with unreadable.showing():
        moves_back = {e.sequence: e.reason for e in client.step_events.all() if e.reason}
    return {
        "client": client,
        "stones": stones(steps, where),
        "here": steps[where.step - 1],
        "word": moves_back.get(where.version, ""),
        "notes": client.notes.shared().with_amendments()[:20],
        "open_tasks": client.tasks.open(),
        "done_tasks": client.tasks.done()[:5],
        "today": timezone.localdate(),
        "next_session": client.sessions.coming()
        .filter(in_its_care())
        .select_related("therapist")
        .first(),
        "results": results,
        "families": result_pages.families(results),
        "offered": offered(client),
        "unfinished": Attempt.objects.of(client.user).filter(submitted_at=None)[:3],
        "reading": reading(where.step),
        "asked": consents.to_ask(client.user),
        **carers(client),
        "looks": looks.days(client, looks.dates(client)[:2]),
    }


def carers(client: Client) -> dict[str, object]:
    """Who cares for a client now, and who will: therapists, not those who were. Two queries."""
    links = CareLink.objects.filter(client=client).of_therapists().select_related("therapist")
    return {"links": links.current(), "planned_links": links.planned()}


def reading(step: int) -> QuerySet[Article]:
    """The public articles that belong to a step, in the order in which they were put there."""
    articles = Article.objects.published().for_lists()
    return articles.filter(steps__step=step).order_by("steps__pk")


def own_results(client: Client) -> list[Attempt]:
    """The client's submitted attempts, each with `.shared`. Two queries."""
    shared = set(client.shared_results.values_list("attempt_id", flat=True))
    attempts = list(
        Attempt.objects.of(client.user).submitted().select_related("version__instrument")
    )
    for attempt in attempts:
        attempt.shared = attempt.pk in shared  # type: ignore[attr-defined]
    return attempts


def offered(client: Client) -> list[InstrumentVersion]:
    """What this client may take beside what everyone may. Two queries."""
    mine = InstrumentVersion.objects.open_to(client.user)
    return mine.exclude(instrument__audience=Audience.EVERYONE).offered(get_language() or "")


def ideas(client: Client) -> list[TaskIdea]:
    """What the library offers for the client's step. One query."""
    return list(TaskIdea.objects.filter(step=client.journey.step, active=True))


def template_asked(said: Mapping) -> dict[str, str]:
    """A note that starts from the template which the address names, if it is offered."""
    slug = said.get("template")
    found = NoteTemplate.objects.filter(slug=slug, active=True).first() if slug else None
    return {"text": found.text} if found else {}


def idea_asked(
    said: Mapping, offered: list[TaskIdea], last: Measured | None = None
) -> dict[str, object]:
    """The form filled from what the address names: an idea that is offered, or measuring again."""
    if said.get("again") and last:
        when = date_format(timezone.localtime(last.at), "j F")
        why = _("So that both of us can see what has moved since %(when)s.") % {"when": when}
        title = _("Fill in the questionnaire once more")
        return {"title": title, "text": why, "instrument": last.instrument}
    for idea in offered:
        if idea.slug == said.get("idea"):
            return {"title": idea.title, "text": idea.text}
    return {}
