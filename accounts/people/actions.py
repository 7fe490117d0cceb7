"""What changes several rows of people, or must be audited."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.access import Role, roles
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.database import row_security
from accounts.models import Consent, ConsentText, Invitation, User

# Told when somebody's work begins or ends: (person, roles before, roles after, by). What it opens
# is for other apps to say; they may look to the left, this one may not.
RIGHTS_CHANGED: list[Callable[[User, frozenset[Role], frozenset[Role], User | None], None]] = []


@dataclass(frozen=True)
class Needed:
    """Why somebody's work can't end yet, in words, and what to see to first: (name, address)."""

    words: str
    first: tuple[tuple[str, str], ...]


# Asked before a role is taken away, or an account closed: (person, the roles that would go).
ROLES_NEEDED: list[Callable[[User, frozenset[Role]], Needed | None]] = []


def needed(user: User, lost: frozenset[Role]) -> list[Needed]:
    """What stands against a person losing these roles; the form and the actions ask it alike."""
    return [found for ask in ROLES_NEEDED if lost and (found := ask(user, lost))]


def _demand_free(user: User, lost: frozenset[Role]) -> None:
    if found := needed(user, lost):
        raise ValidationError([why.words for why in found])


def held_roles(user: User) -> frozenset[Role]:
    """The roles that a person has, also where their account is closed. One query."""
    names = set(user.groups.values_list("name", flat=True))
    return frozenset(role for role in Role if role.value in names)


def _tell_rights(user: User, before: frozenset[Role], after: frozenset[Role], by) -> None:
    for told in RIGHTS_CHANGED:
        told(user, before, after, by)


@transaction.atomic
def open_account(*, email: str, name: str) -> User:
    """An account that waits for its person: no password, not active, until they accept."""
    return User.objects.create_user(email, None, name=name, is_active=False)


@transaction.atomic
def invite(*, user: User, by: User, client: UUID | None = None) -> tuple[Invitation, str]:
    """A new invitation for a waiting account, and its token; earlier open ones end.

    Raises ValidationError for an account that was opened (and perhaps closed) already.
    """
    if not User.objects.select_for_update().get(pk=user.pk).is_waiting:
        raise ValidationError(_("This account was opened already; it needs no invitation."))
    now = timezone.now()
    user.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    invitation, token = Invitation.issue(user, by, now)
    audit.record(AccountVerb.INVITED, by=by, client=client, target=invitation)
    return invitation, token


@transaction.atomic
def withdraw_invitations(*, user: User, by: User, client: UUID | None = None) -> int:
    """Ends the open invitations of a person; how many there were."""
    waiting = user.invitations.filter(accepted_at=None, withdrawn_at=None)
    ended = waiting.update(withdrawn_at=timezone.now())
    if ended:
        audit.record(AccountVerb.INVITATION_WITHDRAWN, by=by, client=client, target=user)
    return ended


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, password: str, text: ConsentText, request: HttpRequest | None = None
) -> User:
    """Sets the password, records the consent and opens the account; once.

    Raises ValidationError where the invitation was used, withdrawn or expired meanwhile.
    """
    locked = Invitation.objects.select_for_update().select_related("user").get(pk=invitation.pk)
    now = timezone.now()
    user = User.objects.select_for_update().get(pk=locked.user_id)
    if locked.why_closed(now) or not user.is_waiting:
        raise ValidationError(_("This invitation does not work any more."))
    row_security.set_actor(user)  # The invitation proves that it is this person who acts.
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    locked.accepted_at = now
    locked.save(update_fields=["accepted_at"])
    Consent.objects.get_or_create(user=user, text=text, withdrawn_at=None)
    audit.record(AccountVerb.INVITATION_ACCEPTED, by=user, target=locked, request=request)
    audit.record(AccountVerb.CONSENTED, by=user, target=text, request=request)
    return user


@transaction.atomic
def add_person(
    *, user: User, to: Iterable[Role], by: User, request: HttpRequest | None = None
) -> None:
    """Stores a new member of staff with their roles, and e-mails them a link to choose a
    password."""
    user.set_unusable_password()
    user.save()
    audit.record(AccountVerb.PERSON_ADDED, by=by, target=user, request=request)
    set_roles(user=user, to=to, by=by)
    emails.post(emails.PASSWORD_RESET, user=user)


@transaction.atomic
def correct_person(*, user: User, changed: Iterable[str], by: User) -> None:
    """Records what a manager changed of a person; what was sent to an old address ends.

    Raises ValidationError where an account would close whose work is needed.
    """
    fields = sorted(changed)
    audit.record(AccountVerb.PERSON_CHANGED, by=by, target=f"{user.pk}: {', '.join(fields)}"[:80])
    if "is_active" in fields:
        held, none = held_roles(user), frozenset[Role]()
        if not user.is_active:
            _demand_free(user, held)
        _tell_rights(user, *((none, held) if user.is_active else (held, none)), by)
    if "email" in fields or not (user.is_active or user.is_waiting):
        withdraw_invitations(user=user, by=by)


@transaction.atomic
def set_roles(*, user: User, to: Iterable[Role], by: User | None) -> None:
    """Gives a person exactly these staff roles.

    Raises ValidationError where a manager would change their own, and where somebody would lose a
    role that others depend on.
    """
    wanted = frozenset(to)
    locked = User.objects.select_for_update().get(pk=user.pk)
    before = roles(locked)
    if wanted == before:
        return
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("Nobody gives themselves a role: ask another manager."))
    _demand_free(user, before - wanted)
    user.groups.remove(*Group.objects.filter(name__in=[r.value for r in before - wanted]))
    user.groups.add(*Group.objects.filter(name__in=[r.value for r in wanted - before]))
    if hasattr(user, "_roles"):
        del user._roles
    said = ", ".join(sorted(wanted)) or "none"
    audit.record(AccountVerb.ROLES_CHANGED, by=by, target=f"{user.pk}: {said}"[:80])
    if locked.is_active:  # A closed account may do nothing, whatever its roles.
        _tell_rights(user, before, wanted, by)
