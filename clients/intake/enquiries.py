"""A request for a first session: storing it, accepting the person as a client, or closing it."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import idempotency
from accounts.audit import recording as audit
from accounts.encryption import data_keys
from accounts.encryption.fields import open_all
from accounts.models import Invitation, User
from assessments.models import Attempt
from assessments.taking import actions as assessments
from clients import emails
from clients.access import therapists
from clients.audit_verbs import CareVerb
from clients.first_contact.safe_contact import SafeContact
from clients.intake.actions import invite_client
from clients.models import Client, ContactDetails, Enquiry, EnquiryContact
from clients.models.enquiry import SENT_ONCE
from clients.results.sharing import share_attached

UNANSWERED = SafeContact()


def ask(
    *,
    name: str,
    email: str,
    phone: str,
    about: str,
    key: UUID,
    contact: SafeContact = UNANSWERED,
    attempt: Attempt | None = None,
) -> None:
    """Stores a visitor's request, and writes to them and the managers. A second call with the same
    `key` changes nothing."""
    enquiry = Enquiry(
        name=name, email=email, phone=phone, about=about, attempt=attempt,
        contact=contact.to_store(), consented_at=timezone.now(), idempotency_key=key,
    )  # fmt: skip
    with idempotency.once(SENT_ONCE):
        enquiry.save(force_insert=True)
        emails.notify_of_enquiry(enquiry)


@transaction.atomic
def accept(
    *, enquiry: Enquiry, email: str, name: str, therapist: User, by: User
) -> tuple[Client, Invitation, str]:
    """Accepts the person who asked as a client, shares the result that they attached, and takes
    over how they can be reached.

    Raises ValidationError if the request has been closed meanwhile, and whatever `invite_client`
    raises.
    """
    locked = Enquiry.objects.visible_to(by).select_for_update().filter(pk=enquiry.pk).first()
    if locked is None or locked.closed_at:
        raise ValidationError(_("This request has already been answered."))
    client, invitation, token = invite_client(email=email, name=name, therapist=therapist, by=by)
    attempt = locked.attempt
    if attempt and attempt.submitted_at and attempt.user_id is None:
        assessments.keep(attempt=attempt, by=client.user)
        attempt.refresh_from_db()
        share_attached(client=client, attempt=attempt, by=by)
    _close(locked, by, client)
    if details := ContactDetails.of_request(locked, client, by):
        details.save(force_insert=True)
    return client, invitation, token


@transaction.atomic
def ask_clinician(*, enquiry: Enquiry, clinician: User, by: User) -> None:
    """Asks a therapist to look at the request, who can then read it until it is closed, and writes
    to them. Asking the same one again changes nothing; another one looks afresh."""
    mine = Enquiry.objects.visible_to(by).waiting().select_for_update()
    locked = mine.filter(pk=enquiry.pk).first()
    if locked is None:
        raise PermissionDenied
    if not therapists().filter(pk=clinician.pk).exists():
        raise ValidationError({"clinician": _("This person is not a therapist, or no longer one.")})
    if locked.clinician_id == clinician.pk:
        return
    locked.clinician, locked.looked_at, locked.advice = clinician, None, None
    locked.save(update_fields=["clinician", "looked_at", "advice"])
    audit.record(CareVerb.ENQUIRY_REFERRED, by=by, target=locked)
    if clinician.pk != by.pk:
        emails.notify_of_look(locked, clinician)


@transaction.atomic
def advise(*, enquiry: Enquiry, by: User, advice: str) -> None:
    """The clinician has looked at the request. Raises PermissionDenied for anyone else."""
    mine = Enquiry.objects.with_clinician(by).select_for_update(of=("self",))
    locked = mine.filter(pk=enquiry.pk).first()
    if locked is None:
        raise PermissionDenied
    locked.advice, locked.looked_at = advice, locked.looked_at or timezone.now()
    locked.save(update_fields=["advice", "looked_at"])
    audit.record(CareVerb.ENQUIRY_LOOKED_AT, by=by, target=locked)


@transaction.atomic
def note_contact(
    *,
    enquiry: Enquiry,
    by: User,
    outcome: str,
    call_on: date | None = None,
    proposed_at: datetime | None = None,
    key: UUID | None = None,
) -> EnquiryContact:
    """Notes that the practice got in touch, or tried to. A second call with the same `key` changes
    nothing. Raises ValidationError if the request has been closed meanwhile."""
    locked = Enquiry.objects.visible_to(by).select_for_update().filter(pk=enquiry.pk).first()
    if locked is None:
        raise PermissionDenied
    key = key or uuid4()
    if noted := locked.contacts.filter(idempotency_key=key).first():
        return noted
    if locked.closed_at:
        raise ValidationError(_("This request has already been answered."))
    contact = EnquiryContact(
        enquiry=locked, made_by=by, outcome=outcome, call_on=call_on, proposed_at=proposed_at,
        idempotency_key=key,
    )  # fmt: skip
    contact.full_clean(exclude=["enquiry", "made_by"])
    contact.save(force_insert=True)
    audit.record(CareVerb.ENQUIRY_CONTACTED, by=by, target=locked)
    return contact


@transaction.atomic
def close_enquiry(*, enquiry: Enquiry, by: User, signposts: bool = True) -> None:
    """Closes a request that does not lead to care, and emails the sender where else to turn, unless
    `signposts` is false (spam, or sent twice). Closing it twice changes nothing."""
    locked = Enquiry.objects.visible_to(by).select_for_update().filter(pk=enquiry.pk).first()
    if locked is None:
        raise PermissionDenied
    if not locked.closed_at:
        _close(locked, by, None)
        if signposts:
            emails.notify_of_closing(locked)


def _close(enquiry: Enquiry, by: User, client: Client | None) -> None:
    """Closes the request. If a client came of it, its text is encrypted again under their data
    key."""
    fields = ["closed_at", "closed_by"]
    if client:
        open_all(enquiry)
        fields += ["client", "about", "phone", "contact"]
    enquiry.closed_at, enquiry.closed_by, enquiry.client = timezone.now(), by, client
    enquiry.save(update_fields=fields)
    if client:
        data_keys.forget([enquiry.pk])
    audit.record(
        CareVerb.ENQUIRY_CLOSED, by=by, client=client.pk if client else None, target=enquiry
    )
