"""The letter of the download: what the practice keeps about a client, in the order in which one
reads it. The tables beside it (`everything.html`) hold the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.encryption import data_keys, unreadable
from accounts.models import Consent, ConsentKind
from assessments.models import Attempt, InstrumentVersion
from assessments.results import context as results_context
from assessments.results.context import Reading
from clients.audit_log import for_client
from clients.goals import queries as goals
from clients.journey import Kind, lasting
from clients.labels import Text
from clients.models import Client, Enquiry, StepEvent
from clients.rhythm.labels import title_of, told
from clients.rights.labels import CONSENTS

CHANGES: dict[str, Text] = {
    Kind.PAUSE: gettext_lazy("Your path was paused."),
    Kind.CLOSE: gettext_lazy("Your path was closed."),
    Kind.RESUME: gettext_lazy("Your path went on."),
}


@dataclass(frozen=True)
class PathLine:
    """One event of the path as a sentence, and the reason that the therapist wrote for the client
    ("" if there is none)."""

    at: datetime
    text: str
    reason: str


@dataclass(frozen=True)
class ResultLine:
    """One questionnaire that was taken; `reading` is None if it cannot be decrypted."""

    attempt: Attempt
    reading: Reading | None
    shared_at: datetime | None


@dataclass(frozen=True)
class RhythmLine:
    """What the client is asked for regularly, and until when (None if they still are).
    `rests_since`: nobody asks at present, because they did not answer."""

    title: str
    told: str
    reason: str
    stopped_at: datetime | None
    rests_since: datetime | None


@dataclass(frozen=True)
class ConsentLine:
    title: Text
    consent: Consent


@data_keys.key_cache()
def render(client: Client, made_at: datetime) -> str:
    """The letter as one HTML page that needs no other file. About thirty queries, however many rows
    there are. `client` was loaded `with_path`."""
    with unreadable.showing():
        shown = {"client": client, "made": made_at, **context(client)}
        return render_to_string("clients/download/letter.html", shown)


def context(client: Client) -> dict[str, object]:
    """What the letter says, by section."""
    plans = list(client.safety_plans.select_related("written_by"))
    return {
        "care": client.care_links.caring()
        .begun()
        .select_related("therapist")
        .order_by("starts_at"),
        "path": path_lines(client.step_events.select_related("step")),
        "sessions": client.sessions.select_related("therapist").order_by("at"),
        "changes": client.change_requests.select_related("session", "answered_by").order_by(
            "asked_at"
        ),
        "check_ins": client.check_ins.select_related("session").order_by("session__at"),
        "results": result_lines(client),
        "goals": goals.of(client),
        "notes": client.notes.shared().with_amendments().order_by("signed_at"),
        "tasks": client.tasks.select_related("given_by", "article").order_by("created_at"),
        "talking_points": client.talking_points.select_related("note").order_by("added_at"),
        "rhythms": rhythm_lines(client),
        "plan": plans[0] if plans else None,
        "earlier_plans": len(plans) - 1,
        "consents": [
            ConsentLine(CONSENTS[ConsentKind(consent.text.kind)].title, consent)
            for consent in client.user.consents.select_related("text").order_by("given_at")
        ],
        "contact": client.contact_details.select_related("written_by").first(),
        "named": client.nominations.first(),
        "enquiry": Enquiry.objects.filter(client=client).first(),
        "calls": client.callbacks.select_related("done_by").order_by("asked_at"),
        "days": for_client.days(client, for_client.dates(client)),
    }


def path_lines(events: Iterable[StepEvent]) -> list[PathLine]:
    """The events in order, each as a sentence to the client; without moves that were undone. No
    query if steps are loaded."""
    lines, before = [], 0
    for event in lasting(events):
        lines.append(PathLine(event.at, _sentence(event, before), event.reason))
        before = event.step_id
    return lines


def _sentence(event: StepEvent, before: int) -> str:
    if event.kind in CHANGES:
        return str(CHANGES[event.kind])
    step = {"number": event.step_id, "name": event.step.name}
    if not before:
        return _("You began on step %(number)d, %(name)s.") % step
    if event.step_id < before:
        return _("You went back to step %(number)d, %(name)s.") % step
    return _("You moved on to step %(number)d, %(name)s.") % step


def result_lines(client: Client) -> Sequence[ResultLine]:
    """Every questionnaire that the client sent off, oldest first. Five queries."""
    shared = dict(client.shared_results.values_list("attempt_id", "shared_at"))
    attempts = Attempt.objects.of(client.user).submitted().for_reading().order_by("submitted_at")
    return [
        ResultLine(
            attempt,
            None if attempt.unreadable else results_context.read(attempt),
            shared.get(attempt.pk),
        )
        for attempt in attempts
    ]


def rhythm_lines(client: Client) -> list[RhythmLine]:
    """What the client is asked for regularly, or was. At most two queries."""
    rhythms = list(client.rhythms.select_related("instrument", "set_by"))
    titles = InstrumentVersion.objects.titles(get_language() or "") if rhythms else {}
    return [
        RhythmLine(
            title_of(one, titles),
            told(one.kind, one.every, one.set_by.name),
            one.reason,
            one.stopped_at,
            one.rests_since,
        )
        for one in rhythms
    ]
