"""What changes several rows of care, or must be audited. Rights are asked here once more."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions as accounts
from accounts import audit
from accounts.access import Permission, Role, allows, roles
from accounts.models import Invitation, User
from assessments import actions as assessments
from assessments.models import Attempt
from clients import journey
from clients.models import CareLink, Client, Enquiry, Note, Session, SharedResult, StepEvent


class MoveRefused(Exception):
    """A move that the rules forbid; `verdict` says why."""

    def __init__(self, verdict: journey.Verdict):
        super().__init__(", ".join(verdict.blockers))
        self.verdict = verdict


def record_of(client: Client, by: User) -> Client:
    """The client, locked until the transaction ends; refused unless `by` cares for them now."""
    if not Client.objects.visible_to(by).filter(pk=client.pk).exists():
        raise PermissionDenied
    return Client.objects.select_for_update(of=("self",)).get(pk=client.pk)


@transaction.atomic
def invite_client(
    *, email: str, name: str, therapist: User, by: User
) -> tuple[Client, Invitation, str]:
    """A new client on step 1, in a therapist's care, and the invitation with its token.

    A therapist invites into their own care, a manager into any therapist's. Raises
    ValidationError (field `email` or `therapist`) and PermissionDenied.
    """
    may_choose = allows(by, Permission.MANAGE_PRACTICE)
    if not (allows(by, Permission.INVITE_CLIENTS) and (may_choose or therapist.pk == by.pk)):
        raise PermissionDenied
    if Role.THERAPIST not in roles(therapist):
        raise ValidationError({"therapist": _("This person is not a therapist (any more).")})
    user = _account_for(email, name, says_why=may_choose)
    client = Client.objects.create(user=user, created_by=by)
    StepEvent.objects.create(client=client, sequence=1, step_id=journey.FIRST, by=by)
    _link(client, therapist, by=by)
    invitation, token = accounts.invite(user=user, by=by)
    return client, invitation, token


def _account_for(email: str, name: str, *, says_why: bool) -> User:
    """A waiting account. Whether an address is known already is for managers to hear."""
    try:
        with transaction.atomic():
            return accounts.open_account(email=email, name=name)
    except IntegrityError:
        known = _("There is already an account with this e-mail.")
        hidden = _("This address can't be invited from here. Please ask the practice manager.")
        raise ValidationError({"email": known if says_why else hidden}) from None


def _link(
    client: Client,
    therapist: User,
    *,
    by: User,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> CareLink:
    if client.user_id == therapist.pk:
        raise ValidationError(_("Nobody is their own therapist."))
    link = CareLink(
        client=client,
        therapist=therapist,
        starts_at=starts_at or timezone.now(),
        ends_at=ends_at,
        granted_by=by,
    )
    link.full_clean()
    link.save()
    audit.record(audit.Verb.CARE_STARTED, by=by, client=client.pk, target=link)
    return link


@transaction.atomic
def start_care(
    *,
    client: Client,
    therapist: User,
    by: User,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> CareLink:
    """Opens a client's record to a therapist. Nobody gives themselves a care link."""
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    if therapist.pk == by.pk:
        raise ValidationError(_("Nobody gives themselves a care link: ask another manager."))
    if Role.THERAPIST not in roles(therapist):
        raise ValidationError(_("This person is not a therapist (any more)."))
    return _link(client, therapist, by=by, starts_at=starts_at, ends_at=ends_at)


def end_care(*, link: CareLink, by: User) -> CareLink:
    """Ends a care link now: the record closes to that therapist at once."""
    return set_end(link=link, by=by, at=timezone.now())


@transaction.atomic
def set_end(*, link: CareLink, by: User, at: datetime | None) -> CareLink:
    """Sets, moves or takes away the end of a link that still holds.

    Raises ValidationError for one that has ended (a new link is a new grant), and where somebody
    would lengthen their own.
    """
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    held = CareLink.objects.select_for_update().get(pk=link.pk)
    if held.ends_at and held.ends_at <= timezone.now():
        raise ValidationError(_("This care link has ended. To begin again, add a new one."))
    longer = held.ends_at is not None and (at is None or at > held.ends_at)
    if longer and held.therapist_id == by.pk:
        raise ValidationError(_("Nobody lengthens their own care link: ask another manager."))
    held.ends_at = at
    held.full_clean()
    held.save(update_fields=["ends_at"])
    verb = audit.Verb.CARE_EXTENDED if longer else audit.Verb.CARE_ENDED
    audit.record(verb, by=by, client=held.client_id, target=held)
    return held


def facts_of(client: Client) -> journey.Facts:
    """What the rules of moving want to know. Two queries."""
    return journey.Facts(
        results=client.shared_results.count(), open_tasks=client.tasks.open().count()
    )


@transaction.atomic
def move(
    *,
    client: Client,
    to: int,
    by: User,
    seen: int,
    reason: str = "",
    request: HttpRequest | None = None,
) -> StepEvent:
    """Moves a client one step forward, or back to any earlier step with a reason.

    `seen` is the journey's version on the page that asked. Raises MoveRefused, PermissionDenied.
    """
    client = record_of(client, by)
    now = timezone.now()
    verdict = journey.judge(
        client.journey, to, now=now, facts=facts_of(client), reason=reason, seen=seen
    )
    if not verdict.allowed:
        if said_already := _same_move(client, to, by, seen, reason):
            return said_already
        raise MoveRefused(verdict)
    event = _tell(client, journey.Kind.MOVE, to, by=by, at=now, reason=reason)
    audit.record(audit.Verb.STEP_MOVED, by=by, client=client.pk, target=event, request=request)
    return event


def _same_move(client: Client, to: int, by: User, seen: int, reason: str) -> StepEvent | None:
    """The event that this very click made a moment ago: a double click is one move."""
    return client.step_events.filter(
        sequence=seen + 1, kind=journey.Kind.MOVE.value, step_id=to, by=by, reason=reason.strip()
    ).first()


@transaction.atomic
def change_path(
    *,
    client: Client,
    kind: journey.Kind,
    by: User,
    seen: int,
    reason: str = "",
    request: HttpRequest | None = None,
) -> StepEvent:
    """Pauses, closes or takes up a path. Raises MoveRefused, PermissionDenied."""
    client = record_of(client, by)
    verdict = journey.judge_change(client.journey, kind, reason=reason, seen=seen)
    if not verdict.allowed:
        raise MoveRefused(verdict)
    event = _tell(client, kind, client.journey.step, by=by, at=timezone.now(), reason=reason)
    audit.record(audit.Verb.PATH_CHANGED, by=by, client=client.pk, target=event, request=request)
    return event


def _tell(
    client: Client, kind: journey.Kind, step: int, *, by: User, at: datetime, reason: str
) -> StepEvent:
    """The next event of a locked client."""
    return StepEvent.objects.create(
        client=client,
        sequence=client.journey.version + 1,
        kind=kind.value,
        step_id=step,
        at=at,
        by=by,
        reason=reason.strip(),
    )


@transaction.atomic
def write_note(
    *,
    client: Client,
    by: User,
    text: str,
    audience: str,
    key: UUID | None = None,
    request: HttpRequest | None = None,
) -> Note:
    """Keeps a note. `key` is made with the form: sending that form twice keeps one note."""
    client = record_of(client, by)
    if key and (kept := client.notes.filter(pk=key, author=by).first()):
        return kept
    note = Note(pk=key or uuid4(), client=client, author=by, text=text.strip(), audience=audience)
    note.full_clean()
    note.save()
    audit.record(audit.Verb.NOTE_WRITTEN, by=by, client=client.pk, target=note, request=request)
    return note


@transaction.atomic
def share_result(*, client: Client, attempt: Attempt, by: User) -> None:
    """The client lets their therapist see one result of theirs; doing it twice changes nothing."""
    if by.pk != client.user_id or attempt.user_id != client.user_id or not attempt.submitted_at:
        raise PermissionDenied
    _shared, made = SharedResult.objects.get_or_create(client=client, attempt=attempt)
    if made:
        audit.record(audit.Verb.RESULT_SHARED, by=by, client=client.pk, target=attempt)


@transaction.atomic
def unshare_result(*, client: Client, attempt: Attempt, by: User) -> None:
    """Takes it back; what was seen before stays seen, and says so in the trail."""
    if by.pk != client.user_id:
        raise PermissionDenied
    ended, _rows = SharedResult.objects.filter(client=client, attempt=attempt).delete()
    if ended:
        audit.record(audit.Verb.RESULT_UNSHARED, by=by, client=client.pk, target=attempt)


@transaction.atomic
def take_in(
    *, enquiry: Enquiry, email: str, name: str, therapist: User, by: User
) -> tuple[Client, Invitation, str]:
    """Makes a client of whoever asked, with the result they chose to attach, shared.

    Raises ValidationError where somebody closed the request meanwhile, or as `invite_client`.
    """
    locked = Enquiry.objects.visible_to(by).select_for_update().filter(pk=enquiry.pk).first()
    if locked is None or locked.closed_at:
        raise ValidationError(_("Somebody has answered this request already."))
    client, invitation, token = invite_client(email=email, name=name, therapist=therapist, by=by)
    attempt = locked.attempt
    if attempt and attempt.submitted_at and attempt.user_id is None:
        assessments.keep(attempt=attempt, by=client.user)
        attempt.refresh_from_db()
        share_result(client=client, attempt=attempt, by=client.user)
    _close(locked, by, client)
    return client, invitation, token


@transaction.atomic
def close_enquiry(*, enquiry: Enquiry, by: User) -> None:
    """Puts a request away that does not become care; a second time changes nothing."""
    locked = Enquiry.objects.visible_to(by).select_for_update().filter(pk=enquiry.pk).first()
    if locked is None:
        raise PermissionDenied
    if not locked.closed_at:
        _close(locked, by, None)


def _close(enquiry: Enquiry, by: User, client: Client | None) -> None:
    enquiry.closed_at, enquiry.closed_by, enquiry.client = timezone.now(), by, client
    enquiry.save(update_fields=["closed_at", "closed_by", "client"])
    audit.record(
        audit.Verb.ENQUIRY_CLOSED, by=by, client=client.pk if client else None, target=enquiry
    )


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
    verb = audit.Verb.SESSION_RECORDED
    audit.record(verb, by=by, client=client.pk, target=session, request=request)
    return session
