"""Inviting a client into a therapist's care."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import Permission, Role, allows, roles
from accounts.models import Invitation, User
from accounts.people import actions as accounts
from clients import emails, journey
from clients.care.actions import open_link
from clients.models import Client, StepEvent


@transaction.atomic
def invite_client(
    *, email: str, name: str, therapist: User, by: User
) -> tuple[Client, Invitation, str]:
    """Creates a client on step 1 in a therapist's care. Returns them, the invitation and its token.

    Therapists invite into their own care, managers into any therapist's. Raises ValidationError
    (field `email` or `therapist`) and PermissionDenied.
    """
    may_choose = allows(by, Permission.MANAGE_PRACTICE)
    if not (allows(by, Permission.INVITE_CLIENTS) and (may_choose or therapist.pk == by.pk)):
        raise PermissionDenied
    if Role.THERAPIST not in roles(therapist):
        raise ValidationError({"therapist": _("This person is not a therapist, or no longer one.")})
    user = _account_for(email, name, says_why=may_choose)
    client = Client.objects.create(user=user, created_by=by)
    StepEvent.objects.create(client=client, sequence=1, step_id=journey.FIRST, by=by)
    open_link(client, therapist, by=by)
    emails.notify_therapists([therapist], by=by)
    invitation, token = accounts.invite(user=user, by=by, client=client.pk)
    return client, invitation, token


def _account_for(email: str, name: str, *, says_why: bool) -> User:
    """An account that waits for its invitation. Only managers learn whether an address is known."""
    try:
        with transaction.atomic():
            return accounts.open_account(email=email, name=name)
    except IntegrityError:
        known = _("There is already an account with this email address.")
        hidden = _("This address can’t be invited from here. Please ask the practice manager.")
        raise ValidationError({"email": known if says_why else hidden}) from None
