"""What a client is asked for regularly, why nobody asks now, and the facts that the rules need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.utils import timezone

from assessments.models import Attempt, Instrument, InstrumentVersion
from clients.journey import Kind as EventKind
from clients.journey import Status
from clients.models import Asking, CareLink, Client, Rhythm, Session
from clients.rhythm import occasions
from clients.rhythm.occasions import Facts, Kind, Meeting, Occasion, Rule, State
from clients.rights.queries import lacking


class Rest(Enum):
    """Why nobody asks now, although nobody has stopped the rhythm."""

    NOT_STARTED = "account not open"
    PATH = "path paused or closed"
    CONSENT = "consent withdrawn"
    THERAPIST = "therapist no longer cares"
    NO_GOAL = "no goal to rate"
    NOT_OFFERED = "questionnaire not offered"
    UNANSWERED = "not answered"


@dataclass(frozen=True)
class Asked:
    """One time that the client was asked, as a page shows it."""

    on: date
    state: State


@dataclass(frozen=True)
class Shown:
    """A rhythm, the day on which it asks next (None if that is not known), why it rests (None if it
    does not), and the last time that it asked."""

    rhythm: Rhythm
    next_day: date | None
    rest: Rest | None
    last: Asked | None


@dataclass(frozen=True)
class Record:
    """What is the same for all rhythms of one client."""

    client: Client
    rest: Rest | None
    carers: frozenset
    has_goal: bool
    offered: frozenset
    meetings: tuple[Meeting, ...]
    reached: tuple[tuple[int, datetime], ...]
    # Of which instrument, None for the goals; and whether the therapist may know of it.
    filled_in: tuple[tuple[UUID | None, datetime, bool], ...]
    askings: tuple[Asking, ...]
    open_tasks: tuple[tuple, ...]

    def rest_of(self, rhythm: Rhythm) -> Rest | None:
        if self.rest is None and rhythm.instrument_id is None and not self.has_goal:
            return Rest.NO_GOAL
        if self.rest is None and rhythm.instrument_id not in {None, *self.offered}:
            return Rest.NOT_OFFERED
        gone = rhythm.set_by_id not in self.carers
        return Rest.THERAPIST if self.rest is None and gone else self.rest


def rule_of(rhythm: Rhythm) -> Rule:
    apart = timedelta(days=retest_days(rhythm))
    return Rule(Kind(rhythm.kind), rhythm.every, rhythm.begins_on, apart, rhythm.resumed_on)


def retest_days(rhythm: Rhythm) -> int:
    """How long after it was answered it can be asked for again: a goal on the next day."""
    return rhythm.instrument.retest_days if rhythm.instrument else 1


def record_of(client: Client, rhythms: Iterable[Rhythm], now: datetime) -> Record:
    """Nine queries. As a therapist it knows the results that the client shares; as a command, all
    that they completed."""
    instruments = {rhythm.instrument_id for rhythm in rhythms}
    sessions = client.sessions.exclude(state=Session.State.MOVED)
    states = Session.State
    attempts = Attempt.objects.of(client.user).submitted()
    published = InstrumentVersion.objects.published().filter(instrument__in=instruments)
    carers = CareLink.objects.current(now).of_therapists().filter(client=client)
    return Record(
        client=client,
        rest=_rest(client),
        carers=frozenset(carers.values_list("therapist", flat=True)),
        has_goal=client.goals.open().exists(),
        offered=frozenset(published.values_list("instrument", flat=True)),
        meetings=tuple(
            Meeting(str(uid), at, state == states.PLANNED, state == states.MISSED)
            for uid, at, state in sessions.values_list("calendar_uid", "at", "state")
        ),
        reached=tuple(
            (event.sequence, event.at)
            for event in client.step_events.all()
            if event.kind == EventKind.MOVE
        ),
        filled_in=tuple(
            (instrument, at, shared is not None)
            for instrument, at, shared in attempts.values_list(
                "version__instrument", "submitted_at", "sharing"
            )
            if at is not None
        )
        + tuple((None, at, True) for at in client.goal_ratings.values_list("rated_at", flat=True)),
        askings=tuple(client.askings.select_related("task").order_by("asked_on")),
        open_tasks=tuple(client.tasks.open().values_list("pk", "instrument", "rates_goals")),
    )


def _rest(client: Client) -> Rest | None:
    if not client.user.is_active:
        return Rest.NOT_STARTED
    if client.journey.status is not Status.WALKING:
        return Rest.PATH
    return Rest.CONSENT if lacking(client).withdrawn else None


def facts_of(rhythm: Rhythm, record: Record) -> Facts:
    """No query."""
    mine = [one for one in record.askings if one.rhythm_id == rhythm.pk]
    own_tasks, for_goals = {one.task_id for one in mine}, rhythm.instrument_id is None
    return Facts(
        zone=timezone.get_current_timezone(),
        meetings=record.meetings,
        reached=record.reached,
        filled_in=tuple(at for key, at, _ in record.filled_in if key == rhythm.instrument_id),
        shared=tuple(
            at for key, at, known in record.filled_in if known and key == rhythm.instrument_id
        ),
        rests=rhythm.rests_since is not None,
        askings=tuple(
            occasions.Asking(Occasion(one.occasion, one.day), one.asked_on, state_of(one))
            for one in mine
        ),
        asked_otherwise=any(
            task not in own_tasks
            and (rates_goals if for_goals else instrument == rhythm.instrument_id)
            for task, instrument, rates_goals in record.open_tasks
        ),
        resting=record.rest_of(rhythm) is not None,
    )


def state_of(asking: Asking) -> State:
    """No query if the task is loaded. That a client filled it in shows once they share it, or say
    so: not before."""
    if asking.task.done_at:
        return State.FILLED_IN
    if asking.expired_at:
        return State.EXPIRED
    if asking.task.withdrawn_at:
        return State.WITHDRAWN
    return State.REMINDED if asking.reminded_at else State.ASKED


def shown(client: Client, now: datetime) -> list[Shown]:
    """The client's rhythms for a page of their record. Eleven queries, one if there are none."""
    rhythms = list(client.rhythms.going_on().select_related("instrument", "set_by"))
    if not rhythms:
        return []
    record = record_of(client, rhythms, now)
    rows = []
    for rhythm in rhythms:
        facts, rest = facts_of(rhythm, record), record.rest_of(rhythm)
        if rest is None and rhythm.rests_since:
            rest = Rest.UNANSWERED
        day = None if rest else occasions.next_day(rule_of(rhythm), facts, now)
        last = facts.askings[-1] if facts.askings else None
        asked = Asked(last.asked_on, last.state) if last else None
        rows.append(Shown(rhythm, day, rest, asked))
    return rows


def open_task(client: Client, instrument: Instrument) -> bool:
    """Whether the client has been asked for this questionnaire already and has not answered."""
    return client.tasks.open().filter(instrument=instrument).exists()
