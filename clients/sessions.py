"""Planning sessions, and saying what became of them."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from clients import mails
from clients.actions import record_of
from clients.models import Client, Session
from clients.models.session import SessionQuerySet


@transaction.atomic
def plan_session(
    *, client: Client, by: User, at: datetime, request: HttpRequest | None = None
) -> Session:
    """The next meeting. Raises ValidationError where one is planned for that time already."""
    client = record_of(client, by)
    session = Session(client=client, therapist=by, at=at)
    session.full_clean()
    session.save()
    verb = audit.Verb.SESSION_PLANNED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    if session.at > timezone.now():
        mails.tell_of_session(session, mails.SESSION_PLANNED)
    return session


def of_today(client: Client, now: datetime | None = None) -> SessionQuerySet:
    """Those of this day, in the practice's time zone."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    return client.sessions.filter(at__gte=begins, at__lt=begins + timedelta(days=1))


@transaction.atomic
def held_today(*, client: Client, by: User, request: HttpRequest | None = None) -> Session:
    """There was a session today: the planned one whose time has come, or one that nobody planned.

    Saying it twice is saying it once.
    """
    client, now = record_of(client, by), timezone.now()
    today = of_today(client, now)
    if there := today.held().first():
        return there
    if planned := today.to_record(now).order_by("at").first():
        return record_session(session=planned, by=by, state=Session.State.HELD, request=request)
    session = Session(
        client=client, therapist=by, at=now, state=Session.State.HELD, recorded_at=now
    )
    session.save(force_insert=True)
    verb = audit.Verb.SESSION_RECORDED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    return session


@transaction.atomic
def record_session(
    *, session: Session, by: User, state: Session.State, request: HttpRequest | None = None
) -> Session:
    """Says what became of a planned session; a second thought may correct it.

    Raises ValidationError for a session held before its time.
    """
    client = record_of(session.client, by)
    session = Session.objects.select_for_update().get(pk=session.pk)
    now = timezone.now()
    if session.at > now and state != Session.State.MOVED:
        raise ValidationError(_("This session lies ahead: it can only be called off."))
    session.state, session.recorded_at = state, now
    session.save(update_fields=["state", "recorded_at"])
    if state == Session.State.MOVED and session.at > now:
        mails.tell_of_session(session, mails.SESSION_CHANGED)
    verb = audit.Verb.SESSION_RECORDED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    return session
