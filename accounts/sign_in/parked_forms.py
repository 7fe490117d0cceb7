"""What somebody sent after their session had ended: kept for them, and shown when they are back.

A browser that is signed in carries a signed mark that says whose it is, renewed while it is in use
and good for a few days after. The mark opens nothing: it only says whom the words belong to.
Signing out removes it. Nobody without such a mark can leave anything here, and its holder only a
little: so many forms of such a size.
"""

import json
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import cipher
from accounts.models import ParkedForm, User
from accounts.sign_in import second_factors

MARK = "__Host-was_here" if settings.SECURE else "was_here"
SALT = "accounts.parked_forms"
# Long enough for a page that stayed open over a weekend; renewed after so long in use.
MARK_LASTS, MARK_RENEWED = timedelta(days=3), timedelta(hours=6)
# Never kept, whatever the form: secrets, and what belongs to one session only.
TOO_LONG = _(
    "You were signed out before this was sent, and it was too long to be kept for you. Your words"
    " are still in the page before this one: go back, copy them, and sign in again."
)
SECRET = ("password", "code", "csrf", "credential")


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Says in a cookie whose browser this is; a new one where it is old or another person's."""
    if _marked(request, MARK_RENEWED) != str(request.user.pk):
        value = signing.dumps(str(request.user.pk), salt=SALT)
        response.set_cookie(
            MARK, value, max_age=MARK_LASTS, httponly=True, samesite="Lax", secure=settings.SECURE
        )


def unmark(request: HttpRequest, response: HttpResponse) -> None:
    if MARK in request.COOKIES:
        response.delete_cookie(MARK, samesite="Lax")


def _marked(request: HttpRequest, lasts: timedelta) -> str | None:
    try:
        return signing.loads(request.COOKIES.get(MARK, ""), salt=SALT, max_age=lasts)
    except signing.BadSignature:
        return None


def keep(request: HttpRequest, user: User | None = None) -> ParkedForm | None:
    """Keeps the fields of a form that a person sent; None where there is nobody or nothing.

    Only what a page sends: a script that keeps drafts tries again by itself. The database lets a
    person's latest forms stay, and older ones go (migration 0031). One that is too long is not
    kept, and its sender is told where the words still are.
    """
    owner = user.pk if user else _marked(request, MARK_LASTS)
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
    words = json.dumps({"path": request.get_full_path(), "said": said}, ensure_ascii=False).encode()
    if len(words) > ParkedForm.LONGEST:
        messages.warning(request, TOO_LONG)
        return None
    row = ParkedForm(user_id=UUID(str(owner)))
    row.ciphertext = cipher.wrap(words, second_factors.place(row))
    row.save(force_insert=True)
    return row


def read(row: ParkedForm) -> tuple[str, list[tuple[str, str]]]:
    """(path, fields). Raises Unreadable where it was damaged or is another person's."""
    told = json.loads(cipher.unwrap(bytes(row.ciphertext), second_factors.place(row)))
    return told["path"], [(name, value) for name, value in told["said"]]


def of(user: User, key: UUID) -> ParkedForm | None:
    fresh = timezone.now() - ParkedForm.LASTS
    return ParkedForm.objects.filter(pk=key, user=user, at__gte=fresh).first()
