"""Planning sessions, and saying what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from clients import emails
from clients.access import record_of
from clients.models import CareLink, Client, Session
from clients.models.session import Part, SessionQuerySet

SHOWN = 5  # Of each part, on the client's record; the page of all sessions has the rest.


@dataclass(frozen=True)
class Shown:
    """A client's sessions as their record shows them: the first few of each part, and how many
    there are in all."""

    to_record: list[Session]
    ahead: list[Session]
    earlier: list[Session]
    earlier_count: int
    total: int

    @property
    def all_here(self) -> bool:
        return self.total == len(self.to_record) + len(self.ahead) + len(self.earlier)


def shown(client: Client, now: datetime) -> Shown:
    """One query."""
    parts: dict[int, list] = {part: [] for part in Part}
    for session in in_parts(client.sessions.first_of_each_part(SHOWN, now), now):
        parts[session.part].append(session)
    counts = {part: rows[0].of_part if rows else 0 for part, rows in parts.items()}
    return Shown(
        parts[Part.TO_RECORD], parts[Part.AHEAD], parts[Part.EARLIER],
        counts[Part.EARLIER], sum(counts.values()),
    )  # fmt: skip


def in_parts(found: Iterable[Session], now: datetime) -> list[Any]:
    """Each with the heading of its part, and the states that it can be given (`choices`)."""
    rows: list[Any] = list(found)
    for session in rows:
        session.heading, session.choices = Part(session.part).label, session.may_become(now)
    return rows


@transaction.atomic
def plan_session(
    *, client: Client, by: User, at: datetime, request: HttpRequest | None = None
) -> Session:
    """The next meeting. Raises ValidationError where one is planned for that time already, and
    where the care of `by` ends before it."""
    client = record_of(client, by)
    session = Session(client=client, therapist=by, at=at)
    session.full_clean()
    if at > timezone.now():
        _demand_care(session)
    session.save()
    verb = audit.Verb.SESSION_PLANNED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    if session.at > timezone.now():
        emails.tell_of_session(session, emails.SESSION_PLANNED)
    return session


def _demand_care(session: Session) -> None:
    """Nobody is promised an appointment with somebody who will not be there for them."""
    links = CareLink.objects.filter(client=session.client_id, therapist=session.therapist_id)
    if not links.current(session.at).exists():
        words = _("The care of %(name)s for this client does not reach to that day.")
        raise ValidationError({"at": words % {"name": session.therapist.name}})


def of_today(client: Client, now: datetime | None = None) -> SessionQuerySet:
    """Those of this day, in the practice's time zone."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    return client.sessions.filter(at__gte=begins, at__lt=begins + timedelta(days=1))


@transaction.atomic
def held_today(
    *, client: Client, by: User, began: time | None = None, request: HttpRequest | None = None
) -> Session:
    """There was a session today: the planned one, whether or not its minute has come, or one that
    nobody planned, which `began` at that time.

    Saying it twice is saying it once. Raises ValidationError where the time is needed, or wrong.
    """
    client, now = record_of(client, by), timezone.now()
    today = of_today(client, now)
    if there := today.held().first():
        return there
    if planned := today.filter(state=Session.State.PLANNED).order_by("at").first():
        return record_session(session=planned, by=by, state=Session.State.HELD, request=request)
    session = Session(client=client, therapist=by, at=_of_now(began, now))
    session.state, session.recorded_at = Session.State.HELD, now
    session.full_clean()
    session.save(force_insert=True)
    verb = audit.Verb.SESSION_RECORDED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    return session


def _of_now(began: time | None, now: datetime) -> datetime:
    """That time of today."""
    if began is None:
        raise ValidationError(_("No session is planned for today. When did this one begin?"))
    at = timezone.make_aware(datetime.combine(timezone.localdate(now), began))
    if at > now:
        raise ValidationError(_("This time is still to come: please plan the session below."))
    return at


@transaction.atomic
def record_session(
    *, session: Session, by: User, state: Session.State, request: HttpRequest | None = None
) -> Session:
    """Says what became of a session; said again otherwise, it is corrected, and the trail says so.

    Raises ValidationError for what cannot be true of it (`Session.may_become`).
    """
    client = record_of(session.client, by)
    session = Session.objects.select_for_update().get(pk=session.pk)
    now, before = timezone.now(), session.state
    if state == before:
        return session
    if state not in session.may_become(now):
        lies_ahead = _("This session lies ahead: it can only be called off.")
        is_over = _("The time of this session has passed: please say whether it took place.")
        raise ValidationError(lies_ahead if session.at > now else is_over)
    session.state = state
    session.recorded_at = None if state == Session.State.PLANNED else now
    if before == Session.State.MOVED:  # Its time may be another's now.
        session.validate_constraints()
    if state == Session.State.PLANNED:
        _demand_care(session)
    session.save(update_fields=["state", "recorded_at"])
    _tell(session, before, now)
    first = before == Session.State.PLANNED
    verb = audit.Verb.SESSION_RECORDED if first else audit.Verb.SESSION_CORRECTED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    return session


def _tell(session: Session, before: str, now: datetime) -> None:
    """The client hears of what changes their plans; what is over is no news to them."""
    if session.at <= now:
        return
    if session.state == Session.State.MOVED:
        emails.tell_of_session(session, emails.SESSION_CHANGED)
    elif before == Session.State.MOVED and session.state == Session.State.PLANNED:
        emails.tell_of_session(session, emails.SESSION_PLANNED)
