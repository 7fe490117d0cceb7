"""Requests to move or cancel a session: a client asks or withdraws, and a therapist answers."""

from django.core.exceptions import PermissionDenied, ValidationError
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


@transaction.atomic
def ask(
    *,
    session: Session,
    by: User,
    wish: ChangeRequest.Wish,
    times: str = "",
    request: HttpRequest | None = None,
) -> ChangeRequest:
    """The client asks, and their therapists get an email. While a request about this session
    waits, a second one changes nothing.

    Raises ValidationError if the session has begun, or is no longer planned.
    """
    client = _lock_own(session, by)
    session = Session.objects.select_related("therapist").get(pk=session.pk)
    if waiting := ChangeRequest.objects.waiting().filter(session=session).first():
        return waiting
    if not session.may_change(timezone.now()):
        raise ValidationError(_("This session can no longer be changed here."))
    words = times.strip() if wish == ChangeRequest.Wish.MOVE else ""
    change = ChangeRequest(client=client, session=session, wish=wish, times=words)
    change.full_clean()
    change.save(force_insert=True)
    _record(CareVerb.CHANGE_ASKED, change, by, request)
    emails.notify_of_change_request(change)
    return change


@transaction.atomic
def withdraw(*, session: Session, by: User, request: HttpRequest | None = None) -> None:
    """The client can come as planned after all. Without a request that waits, nothing changes."""
    _lock_own(session, by)
    if change := _waiting(session):
        change.withdrawn_at = timezone.now()
        change.save(update_fields=["withdrawn_at"])
        _record(CareVerb.CHANGE_WITHDRAWN, change, by, request)


@transaction.atomic
def keep(
    *, session: Session, by: User, reply: str = "", request: HttpRequest | None = None
) -> None:
    """The session stays as planned, and the client reads why. Raises ValidationError if no request
    waits."""
    lock_record(session.client, by)
    if not (change := answer(session, by=by, how=ChangeRequest.Answer.KEPT, reply=reply)):
        raise ValidationError(_("The client no longer asks for a change of this session."))
    _record(CareVerb.CHANGE_REFUSED, change, by, request)
    emails.notify_of_session(change.session, emails.SESSION_KEPT)


def answer(
    session: Session, *, by: User, how: ChangeRequest.Answer, reply: str = ""
) -> ChangeRequest | None:
    """Answers the request that waits about this session; None if there is none. The client's row
    is locked, and the session is still planned."""
    if change := _waiting(session):
        change.answer, change.reply = how, reply.strip()
        change.answered_by, change.answered_at = by, timezone.now()
        change.full_clean(exclude=["client", "session", "answered_by"])
        change.save(update_fields=["answer", "reply", "answered_by", "answered_at"])
    return change


def _lock_own(session: Session, by: User) -> Client:
    client = Client.objects.select_for_update(of=("self",)).get(pk=session.client_id)
    if by.pk != client.user_id:
        raise PermissionDenied
    return client


def _waiting(session: Session) -> ChangeRequest | None:
    waiting = ChangeRequest.objects.waiting().select_for_update(of=("self",))
    waiting = waiting.select_related("client__user", "session__therapist", "session__client__user")
    return waiting.filter(session=session.pk).first()


def _record(verb: CareVerb, change: ChangeRequest, by: User, request: HttpRequest | None) -> None:
    audit.record(verb, by=by, client=change.client_id, target=change, request=request)
