"""Planning a series of sessions, and moving or cancelling it from one session on.

Every session of a series is a row of its own, with its own entry in a calendar. The client gets one
email for all of them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import recording as audit
from accounts.models import User
from clients import emails
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.models import ChangeRequest, Client, Session
from clients.models.session import CANCELLED
from clients.sessions import change_requests, clashes
from clients.sessions.actions import demand_care, new_session
from clients.sessions.clashes import Slot
from clients.sessions.recurrence import shifted


@transaction.atomic
def plan_series(
    *,
    client: Client,
    by: User,
    times: Sequence[datetime],
    warned: Collection[str] = (),
    request: HttpRequest | None = None,
    **entered: Any,
) -> list[Session]:
    """Plans a session at each of these times, with the same length and place. All or none.

    Raises ValidationError as `plan_session` does, and Clashing for clashes of which the person was
    not `warned`.
    """
    client, series = lock_record(client, by), uuid4()
    planned = [
        new_session(client=client, by=by, at=at, series=series, **entered) for at in sorted(times)
    ]
    if not planned:
        raise ValidationError(_("Please choose at least one date."))
    if planned[0].at <= timezone.now():
        raise ValidationError(_("This time has passed."))
    _demand_free(planned, client, by, warned)
    _save(planned)
    about = [(client.pk, session) for session in planned]
    audit.record_each(CareVerb.SESSION_PLANNED, by=by, about=about, request=request)
    emails.notify_of_sessions(planned, emails.SERIES_PLANNED)
    return planned


@transaction.atomic
def move_following(
    *,
    session: Session,
    by: User,
    at: datetime,
    warned: Collection[str] = (),
    request: HttpRequest | None = None,
    **entered: Any,
) -> list[Session]:
    """Moves a planned session to `at`, and the following ones of its series by as many days and to
    the same time of day; all get what was `entered`. Requests of the client that wait are answered.

    Raises ValidationError as `move_session` does, and Clashing as `plan_series` does.
    """
    client, now = lock_record(session.client, by), timezone.now()
    rows = _lock_following(session, now)
    if at <= now:
        raise ValidationError({"at": _("This time has passed.")})
    zone = timezone.get_default_timezone()
    moved = [
        row.changed(**entered | {"at": shifted(row.at, old=session.at, new=at, zone=zone)})
        for row in rows
    ]
    pairs = list(zip(rows, moved, strict=True))
    if all(getattr(a, name) == getattr(b, name) for a, b in pairs for name in Session.ENTERED):
        raise ValidationError({"at": _("This is what is planned already.")})
    _cancel(rows, by, ChangeRequest.Answer.MOVED, now)
    for row, new in pairs:
        new.calendar_sequence = row.calendar_sequence + 1
    _demand_free(moved, client, by, warned)
    _save(moved)
    about = [(client.pk, one) for one in moved]
    audit.record_each(CareVerb.SESSION_MOVED, by=by, about=about, request=request)
    emails.notify_of_sessions(moved, emails.SERIES_MOVED)
    return moved


@transaction.atomic
def cancel_following(
    *, session: Session, by: User, request: HttpRequest | None = None
) -> list[Session]:
    """Cancels a planned session and the following ones of its series. Raises ValidationError if it
    has begun or is no longer planned."""
    client, now = lock_record(session.client, by), timezone.now()
    rows = _lock_following(session, now)
    _cancel(rows, by, ChangeRequest.Answer.CANCELLED, now)
    about = [(client.pk, row) for row in rows]
    audit.record_each(CareVerb.SESSION_RECORDED, by=by, about=about, request=request)
    emails.notify_of_sessions(rows, emails.SERIES_CANCELLED)
    return rows


def _lock_following(session: Session, now: datetime) -> list[Session]:
    locked = session.client.sessions.following(session, now).select_for_update(of=("self",))
    rows = list(locked.select_related("therapist", "client__user"))
    if session.pk not in {row.pk for row in rows}:
        raise ValidationError(_("This session has been changed already, or it has begun."))
    return rows


def _cancel(rows: list[Session], by: User, how: ChangeRequest.Answer, now: datetime) -> None:
    for row in rows:
        change_requests.answer(row, by=by, how=how)
        row.cancel(now)
        row.save(update_fields=CANCELLED)


def _demand_free(planned: list[Session], client: Client, by: User, warned: Collection[str]) -> None:
    """Raises ValidationError for the first session that cannot be planned, with its day. The rows
    that these sessions replace are cancelled already, and so take no time."""
    for session in planned:
        try:
            session.full_clean()
            demand_care(session)
        except ValidationError as error:
            raise ValidationError(f"{session.when()}: {' '.join(error.messages)}") from error
    slots = [Slot(session.at, session.minutes) for session in planned]
    found = clashes.find(slots, client=client, therapist=planned[0].therapist, by=by)
    clashes.demand_warned(found, warned)


def _save(planned: list[Session]) -> None:
    for session in planned:
        session.save(force_insert=True)
