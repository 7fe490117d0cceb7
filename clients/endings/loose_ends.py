"""Sessions, tasks, rhythms and covers that are affected when care or a path ends: finding them, and
carrying out the decisions about them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.audit import recording as audit
from accounts.encryption import unreadable
from accounts.models import User
from assessments.models import InstrumentVersion
from clients.audit_verbs import CareVerb
from clients.endings.outcomes import (
    Affected,
    Appointment,
    Cover,
    Drafts,
    Ending,
    Gap,
    OpenTask,
    Outcome,
    Regular,
    in_gaps,
    undecided,
)
from clients.models import CareLink, Client, Session, Task
from clients.models.session import CANCELLED

Decided = Mapping[UUID, Outcome]


@dataclass(frozen=True)
class Settled:
    """What the email to the client says: a line for each session, and the sessions as they are now,
    for the client's calendar."""

    lines: str = ""
    sessions: tuple[Session, ...] = ()


class Undecided(ValidationError):
    """Sessions or tasks are affected, and nobody has decided about them yet."""

    def __init__(self, affected: Affected):
        self.affected = affected
        parts = []
        if many := len(affected.sessions):
            parts.append(ngettext("%d coming session", "%d coming sessions", many) % many)
        if many := len(affected.tasks):
            parts.append(ngettext("%d open task", "%d open tasks", many) % many)
        words = _("Please decide what happens to %(what)s.")
        super().__init__(words % {"what": ", ".join(parts)})


def coming(clients: Iterable[UUID], now: datetime) -> list[Appointment]:
    """The planned sessions of these clients, and which of them a client asks to change. Two
    queries."""
    keys = list(clients)
    sessions = Session.objects.coming(now).filter(client__in=keys).select_related("therapist")
    asked = {session for (session,) in _rows("app_sessions_asked_to_change(%s::uuid[])", keys)}
    return [
        Appointment(s.pk, s.client_id, s.therapist_id, s.at, row=s, asked=s.pk in asked)
        for s in sessions
    ]


def open_tasks(client: Client) -> tuple[OpenTask, ...]:
    """The open tasks, for the client's therapist, who may read them. One query."""
    with unreadable.showing():
        return tuple(
            OpenTask(
                task.pk,
                task.title,
                task.given_by.name,
                task.created_at,
                task.due_on,
                questionnaire=task.instrument_id is not None,
            )
            for task in client.tasks.open().select_related("given_by")
        )


def open_tasks_unread(client: Client) -> tuple[OpenTask, ...]:
    """The open tasks without their text, for a manager. Two queries."""
    rows = _rows("app_open_tasks(%s)", client.pk)
    names = dict(User.objects.filter(pk__in={row[3] for row in rows}).values_list("pk", "name"))
    return tuple(
        OpenTask(key, "", names[by], at, due, questionnaire=asks) for key, at, due, by, asks in rows
    )


def _rows(call: str, *values: UUID | list[UUID]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {call}", values)  # noqa: S608 (the calls in this module)
        return cursor.fetchall()


def _drafts(client: UUID, authors: dict[UUID, str]) -> tuple[Drafts, ...]:
    """How many drafts of notes these people have, without a word of them. One query."""
    rows = _rows("app_count_drafts(%s)", client)
    return tuple(Drafts(authors[by], many) for by, many in rows if by in authors)


def _rhythms(client: Client) -> tuple[Regular, ...]:
    """What each therapist asks for regularly, for the client's therapist. At most two queries."""
    rhythms = list(client.rhythms.going_on().select_related("instrument", "set_by"))
    titles = InstrumentVersion.objects.titles(get_language() or "") if rhythms else {}
    asked: dict[str, list[str]] = defaultdict(list)
    for one in rhythms:
        asked[one.set_by.name].append(one.asks_for(titles))
    return tuple(Regular(name, len(some), tuple(some)) for name, some in asked.items())


def _rhythms_unread(client: UUID, therapists: dict[UUID, str]) -> tuple[Regular, ...]:
    """How many things these people ask for regularly, for a manager. One query."""
    rows = _rows("app_count_rhythms(%s)", client)
    return tuple(Regular(therapists[by], many) for by, many in rows if by in therapists)


def on_path(client: Client, ending: Ending) -> Affected:
    """What is affected when a path is paused or closed. At most five queries."""
    sessions = tuple(coming([client.pk], timezone.now()))
    return Affected(ending, sessions, open_tasks(client), rhythms=_rhythms(client))


def gap_of(link: CareLink, at: datetime) -> Gap:
    return Gap(link.therapist_id, max(at, link.starts_at), link.ends_at)


def covers_of(link: CareLink, at: datetime) -> list[CareLink]:
    """The covers of this care that are current at a given time, or begin later."""
    return list(link.covered_by.going_on(at).select_related("therapist").order_by("starts_at"))


def on_care(link: CareLink, at: datetime, *, to: User | None = None) -> Affected:
    """What is affected when a care link ends at `at`, or is transferred `to` another therapist."""
    covers = covers_of(link, at)
    leaving = [one for one in (link, *covers) if to is None or one.therapist_id != to.pk]
    gaps = [gap_of(one, at) for one in (link, *covers)]
    names = {one.therapist_id: one.therapist.name for one in leaving}
    sessions = coming([link.client_id], timezone.now())
    return Affected(
        Ending.TRANSFER if to else Ending.END,
        in_gaps(sessions, gaps, goes_on=to.pk if to else None),
        open_tasks_unread(link.client),
        tuple(
            Cover(one.therapist.name, one.starts_at, one.last_day)
            for one in covers
            if to is None or one.therapist_id != to.pk
        ),
        _drafts(link.client_id, names),
        _rhythms_unread(link.client_id, names),
        others=CareLink.objects.filter(client=link.client_id)
        .going_on(at)
        .exclude(pk__in=[link.pk, *(one.pk for one in covers)])
        .exists(),
    )


def on_plan(links: Iterable[CareLink]) -> Affected:
    """What is affected when planned care is cancelled. One query."""
    links, now = list(links), timezone.now()
    sessions = coming({link.client_id for link in links}, now)
    affected = [
        one
        for link in links
        for one in in_gaps(sessions, [gap_of(link, now)])
        if one.client == link.client_id
    ]
    return Affected(Ending.CALL_OFF, tuple(affected))


def demand(affected: Affected, decided: Decided) -> None:
    if undecided(affected, decided):
        raise Undecided(affected)


def settle(
    affected: Affected, decided: Decided, *, client: Client, by: User, to: User | None = None
) -> Settled:
    """Carries out the decisions. Returns what the email to the client says about sessions.

    A session never changes its therapist: to hand it over, it is cancelled and a new one is planned
    at the same time.
    """
    demand(affected, decided)
    lines, sessions = [], []
    for one in affected.sessions:
        if decided[one.key] == Outcome.KEEP:
            continue
        _call_off(one, by)
        facts = {"when": one.row.when("email"), "old": one.row.therapist.name}
        if decided[one.key] == Outcome.HAND_OVER and to is not None:
            sessions.append(_plan(one, to, by))
            words = _("%(when)s: with %(new)s, no longer with %(old)s")
            if one.asked:
                words = _(
                    "%(when)s: with %(new)s, no longer with %(old)s. You asked to change it: please"
                    " ask again if you still need to"
                )
            lines.append(words % (facts | {"new": to.name}))
        else:
            sessions.append(one.row)
            words = _("%(when)s, with %(old)s: cancelled")
            lines.append(words % facts)
    for task in affected.tasks:
        if decided[task.key] == Outcome.WITHDRAW:
            _withdraw(task, client, by)
    return Settled("\n".join(lines), tuple(sessions))


def _call_off(one: Appointment, by: User) -> None:
    planned = Session.objects.filter(pk=one.key, state=Session.State.PLANNED)
    one.row.cancel(timezone.now())
    if planned.update(**{name: getattr(one.row, name) for name in CANCELLED}):
        _record(CareVerb.SESSION_RECORDED, one.client, Session(pk=one.key), by)


def _plan(one: Appointment, to: User, by: User) -> Session:
    session = one.row.with_therapist(to)
    session.full_clean(exclude=["client", "therapist"])
    session.save(force_insert=True)
    _record(CareVerb.SESSION_PLANNED, one.client, session, by)
    return session


def _withdraw(task: OpenTask, client: Client, by: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_withdraw_task(%s, %s)", [client.pk, task.key])
        withdrawn = cursor.fetchall()
    if not withdrawn:  # The client's therapist may change the row directly.
        mine = client.tasks.open().filter(pk=task.key)
        withdrawn = mine.update(withdrawn_at=timezone.now())
    if withdrawn:
        _record(CareVerb.TASK_WITHDRAWN, client.pk, Task(pk=task.key), by)


def _record(verb: CareVerb, client: UUID, target: Session | Task, by: User) -> None:
    audit.record(verb, by=by, client=client, target=target)
