"""Bringing people into care: invitations, and the links between clients and therapists."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions as accounts
from accounts import audit
from accounts.access import Permission, Role, allows, roles
from accounts.models import Invitation, User
from clients import journey, mails
from clients.models import CareLink, Client, StepEvent


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
    invitation, token = accounts.invite(user=user, by=by, client=client.pk)
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
    mails.tell(client, mails.CARE_CHANGED)
    if therapist.pk != by.pk:
        mails.tell_therapist(therapist)
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
    mails.tell(held.client, mails.CARE_CHANGED)
    if held.therapist_id != by.pk:
        mails.tell_therapist(held.therapist)
    return held


@transaction.atomic
def cover(
    *, clients: Iterable[Client], therapist: User, by: User, starts_at: datetime, ends_at: datetime
) -> list[CareLink]:
    """Opens records to a covering therapist, from a moment up to, not including, another.

    All or none; asked twice, the links that stand are returned. Raises ValidationError.
    """
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    keys = [client.pk for client in clients]
    held = Client.objects.select_for_update(of=("self",)).select_related("user")
    return [
        CareLink.objects.filter(client=c, therapist=therapist, ends_at=ends_at)
        .filter(starts_at__lte=max(starts_at, timezone.now()))
        .first()
        or start_care(client=c, therapist=therapist, by=by, starts_at=starts_at, ends_at=ends_at)
        for c in held.filter(pk__in=keys).order_by("pk")
    ]


@transaction.atomic
def transfer(
    *, client: Client, from_therapist: User, to_therapist: User, at: datetime, by: User
) -> CareLink:
    """One therapist's care ends and another's begins, at the same moment; returns the new link.

    Asked twice, the link that stands is returned. Raises ValidationError.
    """
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    Client.objects.select_for_update().get(pk=client.pk)
    links = CareLink.objects.filter(client=client)
    old = links.filter(therapist=from_therapist).current(at).first()
    if old is None:
        left = links.filter(therapist=from_therapist).values("ends_at")
        done = links.filter(therapist=to_therapist, starts_at__in=left).current(at).first()
        if done:
            return done
        raise ValidationError(_("This therapist does not care for the client then."))
    if old.starts_at >= at:
        raise ValidationError(_("Their care begins on that day: choose a later one."))
    set_end(link=old, by=by, at=at)
    return start_care(client=client, therapist=to_therapist, by=by, starts_at=at)


def note_rights(
    user: User, before: frozenset[Role], after: frozenset[Role], by: User | None
) -> None:
    """A role that came or went opens or closes records: each client's own trail says so."""
    if (Role.THERAPIST in before) == (Role.THERAPIST in after):
        return
    verb = audit.Verb.ROLE_OPENS if Role.THERAPIST in after else audit.Verb.ROLE_CLOSES
    held = CareLink.objects.current().filter(therapist=user).values_list("client", flat=True)
    audit.record_each(verb, by=by, about=[(client, user) for client in held])
