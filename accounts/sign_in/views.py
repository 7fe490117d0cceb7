"""Where a person goes after signing in."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, allows
from accounts.models import User


def home_of(user: User) -> str:
    """The name of the page a person most likely wants. Up to two queries."""
    if allows(user, Permission.SEE_CASELOAD):
        return "caseload"
    if allows(user, Permission.MANAGE_PRACTICE):
        return "practice"
    return "admin:index" if user.is_staff else "path"


@require_safe
def place(request: SignedIn) -> HttpResponse:
    return redirect(home_of(request.user))
