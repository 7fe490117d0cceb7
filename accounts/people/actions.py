"""Actions on people that change several rows, or are audited."""

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
from accounts.models import ConsentKind, FilledText, Invitation, User
from accounts.people import consents
from accounts.people.queries import filled, practice_values

# Called when somebody's roles change: (person, roles before, roles after, by). Other apps register
# these, since they know which records a role opens, and this app must not import them.
RIGHTS_CHANGED: list[Callable[[User, frozenset[Role], frozenset[Role], User | None], None]] = []


@dataclass(frozen=True)
class NeededRole:
    """Why a role can't be removed yet, and links (name, URL) to what has to be done first."""

    reason: str
    links: tuple[tuple[str, str], ...]


# Called before a role is removed or an account closed: (person, roles to be removed).
ROLE_CHECKS: list[Callable[[User, frozenset[Role]], NeededRole | None]] = []


def needed_roles(user: User, removed: frozenset[Role]) -> list[NeededRole]:
    """Why these roles can't be removed from a person. The form and the actions both ask it."""
    if not removed:
        return []
    return [needed for check in ROLE_CHECKS if (needed := check(user, removed))]


def _demand_not_needed(user: User, removed: frozenset[Role]) -> None:
    if needed := needed_roles(user, removed):
        raise ValidationError([role.reason for role in needed])


def assigned_roles(user: User) -> frozenset[Role]:
    """The roles that a person has, even if their account is closed. One query."""
    names = set(user.groups.values_list("name", flat=True))
    return frozenset(role for role in Role if role.value in names)


def _rights_changed(user: User, before: frozenset[Role], after: frozenset[Role], by) -> None:
    for callback in RIGHTS_CHANGED:
        callback(user, before, after, by)


@transaction.atomic
def open_account(*, email: str, name: str) -> User:
    """A pending account, without a password and not active, until its person accepts."""
    return User.objects.create_user(email, None, name=name, is_active=False)


@transaction.atomic
def invite(*, user: User, by: User, client: UUID | None = None) -> tuple[Invitation, str]:
    """A new invitation for a pending account, and its token; earlier open ones end.

    Raises ValidationError for an account that was opened (and perhaps closed) already, and while
    the notice about data, which the invitation shows, has blanks.
    """
    if filled(ConsentKind.DATA, practice_values()).missing:
        raise ValidationError(
            _(
                "The notice about data, to which every client has to agree, is not complete yet. A"
                " manager can fill it in on the practice’s page, under “Consent texts”."
            )
        )
    if not User.objects.select_for_update().get(pk=user.pk).is_waiting:
        raise ValidationError(_("This account has already been opened; it needs no invitation."))
    now = timezone.now()
    user.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    invitation, token = Invitation.issue(user, by, now)
    audit.record(AccountVerb.INVITED, by=by, client=client, target=invitation)
    return invitation, token


@transaction.atomic
def withdraw_invitations(*, user: User, by: User, client: UUID | None = None) -> int:
    """Ends a person's open invitations; returns how many there were."""
    waiting = user.invitations.filter(accepted_at=None, withdrawn_at=None)
    ended = waiting.update(withdrawn_at=timezone.now())
    if ended:
        audit.record(AccountVerb.INVITATION_WITHDRAWN, by=by, client=client, target=user)
    return ended


@transaction.atomic
def accept_invitation(
    *,
    invitation: Invitation,
    password: str,
    notice: FilledText,
    seen: str | None = None,
    also: Iterable[tuple[FilledText, str]] = (),
    request: HttpRequest | None = None,
) -> User:
    """Sets the password, records consent to the notice about data and opens the account, once.
    `also`: further texts to which they agree, each with what the page showed of it.

    Raises ValidationError if the invitation was used, withdrawn or expired meanwhile; NotReady and
    TextChanged as `consents.give` does.
    """
    locked = Invitation.objects.select_for_update().select_related("user").get(pk=invitation.pk)
    now = timezone.now()
    user = User.objects.select_for_update().get(pk=locked.user_id)
    if locked.why_closed(now) or not user.is_waiting:
        raise ValidationError(_("This invitation no longer works."))
    row_security.set_actor(user)  # The invitation proves who they are.
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    locked.accepted_at = now
    locked.save(update_fields=["accepted_at"])
    audit.record(AccountVerb.INVITATION_ACCEPTED, by=user, target=locked, request=request)
    for text, shown in ((notice, seen), *also):
        consents.give(filled=text, by=user, seen=shown, request=request)
    return user


@transaction.atomic
def add_person(
    *, user: User, to: Iterable[Role], by: User, request: HttpRequest | None = None
) -> None:
    """Stores a new member of staff with their roles, and welcomes them by email, with a link to
    choose a password."""
    user.set_unusable_password()
    user.save()
    audit.record(AccountVerb.PERSON_ADDED, by=by, target=user, request=request)
    set_roles(user=user, to=to, by=by)
    emails.post(emails.WELCOME, user=user)


@transaction.atomic
def correct_person(*, user: User, changed: Iterable[str], by: User) -> None:
    """Records what a manager changed about a person, and ends invitations to an old address.

    Raises ValidationError if an account would be closed on whose roles others depend.
    """
    fields = sorted(changed)
    audit.record(AccountVerb.PERSON_CHANGED, by=by, target=f"{user.pk}: {', '.join(fields)}"[:80])
    if "is_active" in fields:
        assigned = assigned_roles(user)
        if user.is_active:
            _rights_changed(user, frozenset(), assigned, by)
        else:
            _demand_not_needed(user, assigned)
            _rights_changed(user, assigned, frozenset(), by)
    if "email" in fields or not (user.is_active or user.is_waiting):
        withdraw_invitations(user=user, by=by)


@transaction.atomic
def set_roles(*, user: User, to: Iterable[Role], by: User | None) -> None:
    """Gives a person exactly these staff roles.

    Raises ValidationError if a manager would change their own, or if somebody would lose a role on
    which others depend.
    """
    new = frozenset(to)
    locked = User.objects.select_for_update().get(pk=user.pk)
    before = roles(locked)
    if new == before:
        return
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("You cannot give yourself a role: please ask another manager."))
    _demand_not_needed(user, before - new)
    user.groups.remove(*Group.objects.filter(name__in=[r.value for r in before - new]))
    user.groups.add(*Group.objects.filter(name__in=[r.value for r in new - before]))
    if hasattr(user, "_roles"):
        del user._roles
    names = ", ".join(sorted(new)) or "none"
    audit.record(AccountVerb.ROLES_CHANGED, by=by, target=f"{user.pk}: {names}"[:80])
    if locked.is_active:  # A closed account may do nothing, whatever its roles.
        _rights_changed(user, before, new, by)
