"""The access policy: roles, permissions, one grant table, one question, and the decorators.

This room knows no other app. Which rows a person may see is said by each app's
`visible_to(user)`; what kind of thing they may do at all is said here.
"""

from collections.abc import Callable
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
    """A request behind the login middleware: its user is a person."""

    user: "User"


View = TypeVar("View", bound=Callable)

# A page with a form: looked at, and sent.
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
    """The staff roles a person holds now. One query a request; a superuser has none by that."""
    if not (user.is_authenticated and user.is_active):
        return frozenset()
    if not hasattr(user, "_roles"):
        names = set(user.groups.values_list("name", flat=True))
        user._roles = frozenset(role for role in Role if role.value in names)
    return user._roles


def allows(user, permission: Permission) -> bool:
    """The one question. One query if the user's roles are not loaded yet."""
    return any(permission in GRANTS[role] for role in roles(user))


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Any one of `permissions`, or 403 before anything is looked up.

    Visitors never come this far: the login middleware sends them to sign in.
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
    """Opens a view to everybody; the reason stands beside it.

    `shared`: the page is the same for every reader, so any proxy may keep it, and it must not
    touch the session. Otherwise it is open but personal (a form, an attempt), and never kept.
    """
    if not reason:
        raise ValueError("an open page says why it is open")

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args, **kwargs):
            return view(request, *args, **kwargs)

        opened.public_reason = reason  # type: ignore[attr-defined]
        opened.public_shared = shared  # type: ignore[attr-defined]
        return login_not_required(opened)  # type: ignore[return-value]

    return decorate


def before_factor(reason: str) -> Callable[[View], View]:
    """Opens a private page to staff who signed in by password only; the reason stands beside it.

    Every other private page is closed to them until they have shown a second factor.
    """
    if not reason:
        raise ValueError("a page before the second factor says why")

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args, **kwargs):
            return view(request, *args, **kwargs)

        opened.before_factor_reason = reason  # type: ignore[attr-defined]
        return opened  # type: ignore[return-value]

    return decorate
