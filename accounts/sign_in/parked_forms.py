"""Forms that were sent after their session had ended: stored, and shown at the next sign-in.

A browser that is signed in has a signed cookie that says whose it is, renewed while it is in use
and valid for a few days afterwards. The cookie grants nothing: it only says whose form it is.
Signing out removes it. Without it nothing can be parked, and with it only a limited number of forms
of a limited size.
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
from accounts.sign_in import kept_words, second_factors

MARK = "__Host-was_here" if settings.SECURE else "was_here"
SALT = "accounts.parked_forms"
# Long enough for a page that stays open over a weekend; renewed once it is MARK_RENEWED old.
MARK_LASTS, MARK_RENEWED = timedelta(days=3), timedelta(hours=6)
TOO_LONG = _(
    "You were signed out before this was sent, and it was too long for us to store. Your words are"
    " still on the previous page: please go back, copy them, and sign in again."
)
# Fields with these words in their names are never stored: secrets, and what belongs to one session.
SECRET = ("password", "code", "csrf", "credential")
# Fields that nobody typed are not shown; what is this short is mostly a choice.
NOT_TYPED, SHORT = {"key", kept_words.FIELD}, 12  # characters


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Sets the cookie that says whose browser this is, unless a recent one says so already."""
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


def park(request: HttpRequest, user: User | None = None) -> ParkedForm | None:
    """Stores the fields of a form; returns None if there is no person or nothing to store.

    Only forms that a page sends are stored: a script that saves drafts retries by itself. A trigger
    deletes all but a person's latest forms. A form that is too long is not stored, and a message
    says where its text still is.
    """
    owner = user.pk if user else _marked(request, MARK_LASTS)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name.lower() for word in SECRET)
    ]
    if not (owner and fields and "text/html" in request.headers.get("Accept", "")):
        return None
    if not User.objects.filter(pk=owner, is_active=True).exists():
        return None
    form = {"path": request.get_full_path(), "fields": fields}
    plain = json.dumps(form, ensure_ascii=False).encode()
    if len(plain) > ParkedForm.LONGEST:
        messages.warning(request, TOO_LONG)
        return None
    row = ParkedForm(user_id=UUID(str(owner)))
    row.ciphertext = cipher.wrap(plain, second_factors.form_context(row))
    row.save(force_insert=True)
    return row


def read(row: ParkedForm) -> tuple[str, list[tuple[str, str]]]:
    """(path, fields). Raises Unreadable if the row was damaged or is another person's."""
    form = json.loads(cipher.unwrap(bytes(row.ciphertext), second_factors.form_context(row)))
    return form["path"], [(name, value) for name, value in form["fields"]]


def is_typed(name: str, value: str) -> bool:
    """Whether a person knows the value as words of theirs."""
    return name not in NOT_TYPED and len(value) > SHORT


def of(user: User, key: UUID) -> ParkedForm | None:
    fresh = timezone.now() - ParkedForm.LASTS
    return ParkedForm.objects.filter(pk=key, user=user, at__gte=fresh).first()
