"""What somebody sent after their session had ended: kept for them, and shown when they are back.

A browser that was signed in carries a signed mark that says whose it was. The mark opens nothing:
it only says whom the words belong to. Signing out removes it.
"""

import json
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import crypto, factors
from accounts.models import Unsent, User

MARK = "was_here"
SALT = "accounts.unsent"
# Never kept, whatever the form: secrets, and what belongs to one session only.
SECRET = ("password", "code", "csrf", "credential")


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Says in a cookie whose browser this is; a new mark only where it is another person's."""
    if _marked(request) != str(request.user.pk):
        value = signing.dumps(str(request.user.pk), salt=SALT)
        response.set_cookie(MARK, value, httponly=True, samesite="Lax", secure=settings.SECURE)


def unmark(request: HttpRequest, response: HttpResponse) -> None:
    if MARK in request.COOKIES:
        response.delete_cookie(MARK, samesite="Lax")


def _marked(request: HttpRequest) -> str | None:
    try:
        return signing.loads(request.COOKIES.get(MARK, ""), salt=SALT)
    except signing.BadSignature:
        return None


def keep(request: HttpRequest, user: User | None = None) -> Unsent | None:
    """Keeps the fields of a form that a person sent; None where there is nobody or nothing.

    Only what a page sends: a script that keeps drafts tries again by itself.
    """
    owner = user.pk if user else _marked(request)
    said = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name.lower() for word in SECRET)
    ]
    if not (owner and said and "text/html" in request.headers.get("Accept", "")):
        return None
    if not User.objects.filter(pk=owner, is_active=True).exists():
        return None
    Unsent.objects.filter(at__lt=timezone.now() - Unsent.LASTS).delete()
    row = Unsent(user_id=UUID(str(owner)))
    words = json.dumps({"path": request.get_full_path(), "said": said}).encode()
    row.sealed = crypto.wrap(words, factors.place(row))
    row.save(force_insert=True)
    return row


def read(row: Unsent) -> tuple[str, list[tuple[str, str]]]:
    """(path, fields). Raises Unreadable where it was damaged or is another person's."""
    told = json.loads(crypto.unwrap(bytes(row.sealed), factors.place(row)))
    return told["path"], [(name, value) for name, value in told["said"]]


def of(user: User, key: UUID) -> Unsent | None:
    fresh = timezone.now() - Unsent.LASTS
    return Unsent.objects.filter(pk=key, user=user, at__gte=fresh).first()
