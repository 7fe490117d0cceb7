"""Planning sessions, and recording their outcome."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import recording as audit
from accounts.models import User
from clients import emails
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.models import CareLink, ChangeRequest, Client, Session
from clients.models.session import CANCELLED
from clients.sessions import change_requests, clashes
from clients.sessions.clashes import Slot
from clients.sessions.queries import of_today

# The verb of the audit log, by the state before.
RECORDED = {
    Session.State.PLANNED: CareVerb.SESSION_RECORDED,
    Session.State.HELD: CareVerb.SESSION_WAS_HELD,
    Session.State.MISSED: CareVerb.SESSION_WAS_MISSED,
    Session.State.MOVED: CareVerb.SESSION_WAS_CANCELLED,
}


@transaction.atomic
def plan_session(
    *,
    client: Client,
    by: User,
    at: datetime,
    warned: Collection[str] = (),
    request: HttpRequest | None = None,
    **entered: Any,
) -> Session:
    """Plans a session with everything that was `entered` about it (`Session.ENTERED`).

    Raises ValidationError if there is already one at that time, or if the care of `by` ends before
    it, and Clashing for a clash that is not among those of which the person was `warned`.
    """
    client = lock_record(client, by)
    session = new_session(client=client, by=by, at=at, **entered)
    session.full_clean()
    if at > timezone.now():
        demand_care(session)
        slots = [Slot(at, session.minutes)]
        found = clashes.find(slots, client=client, therapist=by, by=by)
        clashes.demand_warned(found, warned)
    session.save()
    verb = CareVerb.SESSION_PLANNED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    if session.at > timezone.now():
        emails.notify_of_session(session, emails.SESSION_PLANNED)
    return session


def new_session(*, client: Client, by: User, at: datetime, **entered: Any) -> Session:
    """A session planned with the therapist who plans it, not saved yet."""
    return Session(client=client, therapist=by, at=at, **entered)


def demand_care(session: Session) -> None:
    """Raises ValidationError if the therapist does not care for the client at that time."""
    links = CareLink.objects.filter(client=session.client_id, therapist=session.therapist_id)
    if not links.current(session.at).exists():
        words = _("%(name)s does not care for this client on that day.")
        raise ValidationError({"at": words % {"name": session.therapist.name}})


@transaction.atomic
def held_today(
    *,
    client: Client,
    by: User,
    began: time | None = None,
    request: HttpRequest | None = None,
    **entered: Any,
) -> Session:
    """Records that a session was held today: the planned one (even before its planned time), or an
    unplanned one that began at `began`, with what was `entered` about it.

    A second call changes nothing. Raises ValidationError if the time is missing or invalid.
    """
    client, now = lock_record(client, by), timezone.now()
    today = of_today(client, now)
    if existing := today.held().first():
        return existing
    if planned := today.filter(state=Session.State.PLANNED).order_by("at").first():
        return record_session(session=planned, by=by, state=Session.State.HELD, request=request)
    session = new_session(client=client, by=by, at=_time_today(began, now), **entered)
    return _store_held(session, now, request)


@transaction.atomic
def held_before(
    *, client: Client, by: User, at: datetime, request: HttpRequest | None = None, **entered: Any
) -> Session:
    """Records that a session was held at a time that has passed: the one that was planned for that
    time, or an unplanned one, with what was `entered` about it.

    A second call changes nothing. Raises ValidationError if the time lies ahead.
    """
    client, now = lock_record(client, by), timezone.now()
    if at > now:
        words = _("This time is in the future. A session that lies ahead is planned.")
        raise ValidationError({"at": words})
    then = client.sessions.filter(at=at).exclude(state=Session.State.MOVED)
    if existing := then.first():
        return record_session(session=existing, by=by, state=Session.State.HELD, request=request)
    return _store_held(new_session(client=client, by=by, at=at, **entered), now, request)


def _store_held(session: Session, now: datetime, request: HttpRequest | None) -> Session:
    """Stores a session that nobody had planned."""
    session.state, session.recorded_at = Session.State.HELD, now
    session.full_clean()
    session.save(force_insert=True)
    verb, by, client = CareVerb.SESSION_RECORDED, session.therapist, session.client_id
    audit.record(verb, by=by, client=client, target=session, request=request)
    return session


def _time_today(began: time | None, now: datetime) -> datetime:
    """The given time today. Raises ValidationError if it is missing or in the future."""
    if began is None:
        raise ValidationError(_("No session is planned for today. When did this session begin?"))
    at = timezone.make_aware(datetime.combine(timezone.localdate(now), began))
    if at > now:
        raise ValidationError(_("This time is in the future. Please plan the session below."))
    return at


@transaction.atomic
def move_session(
    *,
    session: Session,
    by: User,
    at: datetime,
    warned: Collection[str] = (),
    request: HttpRequest | None = None,
    **entered: Any,
) -> Session:
    """Gives a planned session another time or other details, with everything that was `entered`: a
    new row takes its place. A request of the client that waits is answered.

    Raises ValidationError if the session has begun or is no longer planned, if nothing changes, or
    if there is another session at that time, and Clashing as `plan_session` does.
    """
    client, now = lock_record(session.client, by), timezone.now()
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if not session.may_change(now):
        raise ValidationError(_("This session has been changed already, or it has begun."))
    if at <= now:
        raise ValidationError({"at": _("This time has passed.")})
    moved = session.changed(at=at, **entered)
    if all(getattr(moved, name) == getattr(session, name) for name in Session.ENTERED):
        raise ValidationError({"at": _("This is what is planned already.")})
    if (moved.at, moved.minutes) != (session.at, session.minutes):
        found = clashes.find(
            [Slot(at, moved.minutes)],
            client=client, therapist=session.therapist, by=by, replaced=[session.pk],
        )  # fmt: skip
        clashes.demand_warned(found, warned)
    change_requests.answer(session, by=by, how=ChangeRequest.Answer.MOVED)
    session.cancel(now)
    session.save(update_fields=CANCELLED)
    moved.calendar_sequence = session.calendar_sequence + 1
    moved.full_clean()
    demand_care(moved)
    moved.save(force_insert=True)
    verb = CareVerb.SESSION_MOVED
    audit.record(verb, by=by, client=client.pk, target=moved, request=request)
    emails.notify_of_session(moved, emails.SESSION_MOVED, was=session.when("email"))
    return moved


@transaction.atomic
def record_session(
    *,
    session: Session,
    by: User,
    state: Session.State,
    seen: str = "",
    request: HttpRequest | None = None,
) -> Session:
    """Records the outcome of a session, or corrects it; the audit log distinguishes the two.

    Raises ValidationError for an outcome that is not possible (`Session.may_become`), and if the
    page showed another state (`seen`) than the one that is recorded by now.
    """
    client = lock_record(session.client, by)
    session = Session.objects.select_for_update().get(pk=session.pk)
    now, before = timezone.now(), Session.State(session.state)
    if state == before:
        if state == Session.State.MOVED:
            _demand_last(session)
        return session
    if seen and seen != before:
        words = _("It was recorded as “%(state)s” in the meantime, and nothing was changed.")
        raise ValidationError(words % {"state": session.get_state_display()})
    if state not in session.may_become(now):
        lies_ahead = _("This session is in the future. You can only cancel it.")
        is_over = _("The time of this session has passed. Did it take place?")
        raise ValidationError(lies_ahead if session.at > now else is_over)
    asked = None
    if state == Session.State.MOVED:
        asked = change_requests.answer(session, by=by, how=ChangeRequest.Answer.CANCELLED)
        session.cancel(now)
    else:
        session.state = state
        session.recorded_at = None if state == Session.State.PLANNED else now
    if before == Session.State.MOVED:  # Another session may have its time now.
        session.validate_constraints()
    if state == Session.State.PLANNED:
        demand_care(session)
        session.calendar_sequence = _last_sequence(session) + 1
    session.save(update_fields=CANCELLED)
    as_asked = asked is not None and asked.wish == ChangeRequest.Wish.CANCEL
    _notify_client(session, before, now, as_asked=as_asked)
    verb = RECORDED[before]
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    return session


def _demand_last(session: Session) -> None:
    """Raises ValidationError if the session was given another time or therapist: it goes on."""
    rows = Session.objects.filter(calendar_uid=session.calendar_uid)
    if rows.filter(state=Session.State.PLANNED).exists():
        raise ValidationError(_("This session has another time or therapist by now."))


def _last_sequence(session: Session) -> int:
    """The highest number that a row of the same calendar entry has."""
    rows = Session.objects.filter(calendar_uid=session.calendar_uid)
    return rows.aggregate(last=Max("calendar_sequence"))["last"]


def _notify_client(session: Session, before: str, now: datetime, *, as_asked: bool) -> None:
    """Emails the client about changes of future sessions only. `as_asked`: the client had asked to
    cancel it."""
    if session.at <= now:
        return
    if session.state == Session.State.MOVED:
        kind = emails.SESSION_CANCELLED if as_asked else emails.SESSION_CHANGED
        emails.notify_of_session(session, kind)
    elif before == Session.State.MOVED and session.state == Session.State.PLANNED:
        emails.notify_of_session(session, emails.SESSION_PLANNED)
