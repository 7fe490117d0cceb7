"""The access policy: roles, permissions, one grant table, the question `allows`, and decorators.

This module knows no other app. It decides what kind of thing a person may do at all; each app's
`visible_to(user)` decides which rows they may see.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

if TYPE_CHECKING:
    from accounts.models import User


class SignedIn(HttpRequest):
    """A request that has passed the login middleware: its user has an account."""

    user: "User"


View = TypeVar("View", bound=Callable)

# A page with a form, which is read and submitted.
require_form = require_http_methods(["GET", "HEAD", "POST"])


class Role(StrEnum):
    """A staff role is a group of the same name. A client is a user with a `Client` record."""

    EDITOR = "editor"
    THERAPIST = "therapist"
    MANAGER = "manager"


STAFF = frozenset(Role)


class Permission(StrEnum):
    WRITE_ARTICLES = "write articles"
    SEE_CASELOAD = "see the caseload"
    INVITE_CLIENTS = "invite clients"
    MANAGE_PRACTICE = "manage people, care links and instruments"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.EDITOR: frozenset({Permission.WRITE_ARTICLES}),
    Role.THERAPIST: frozenset({Permission.SEE_CASELOAD, Permission.INVITE_CLIENTS}),
    Role.MANAGER: frozenset({Permission.MANAGE_PRACTICE, Permission.INVITE_CLIENTS}),
}


def roles(user) -> frozenset[Role]:
    """A person's present staff roles. One query a request. Being a superuser is not a role."""
    if not (user.is_authenticated and user.is_active):
        return frozenset()
    if not hasattr(user, "_roles"):
        keep_roles(user, role_names(user))
    return user._roles


def role_names(user):
    """The names of a person's groups, as a queryset."""
    return user.groups.values_list("name", flat=True)


def keep_roles(user, names: Iterable[str]) -> None:
    """For the rest of the request these are the person's groups."""
    found = set(names)
    user._roles = frozenset(role for role in Role if role.value in found)


def allows(user, permission: Permission) -> bool:
    """Whether a person has a permission. One query if their roles are not loaded yet."""
    return any(permission in GRANTS[role] for role in roles(user))


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Requires any one of `permissions`; otherwise answers 403 before anything is loaded.

    Visitors never get this far: the login middleware sends them to sign in.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs):
            if not any(allows(request.user, permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_permissions = permissions  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def public(reason: str, *, shared: bool = True) -> Callable[[View], View]:
    """Opens a view to everybody, for the reason given.

    `shared`: the page is the same for every reader, so any proxy may cache it, and it must not
    touch the session. A page that is open but personal (a form, an attempt) is never cached.
    """
    if not reason:
        raise ValueError("an open page needs a reason")

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args, **kwargs):
            return view(request, *args, **kwargs)

        opened.public_reason = reason  # type: ignore[attr-defined]
        opened.public_shared = shared  # type: ignore[attr-defined]
        return login_not_required(opened)  # type: ignore[return-value]

    return decorate


def before_factor(reason: str) -> Callable[[View], View]:
    """Opens a private page to staff who signed in with a password only, for the reason given.

    Every other private page is closed to them until they have shown a second factor.
    """
    if not reason:
        raise ValueError("a page before the second factor needs a reason")

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args, **kwargs):
            return view(request, *args, **kwargs)

        opened.before_factor_reason = reason  # type: ignore[attr-defined]
        return opened  # type: ignore[return-value]

    return decorate
