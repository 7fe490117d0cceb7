"""What is typed in a form and kept by the browser (`static/js/keep.js`, decision 28): the key under
which a person's words are encrypted there, and how the browser learns which of them have arrived.

A form that is sent names the words that the browser keeps of it. If it was accepted, a cookie names
them, too, and the next page's script deletes them. That cookie means nothing to the server.
"""

import re
from base64 import b64encode
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.sign_in import second_factors

FIELD = "kept"
COOKIE = "__Host-kept" if settings.SECURE else "kept"
COOKIE_LASTS = 24 * 60 * 60  # seconds, until the browser opens its next page of this site
MOST = 8  # names in one cookie
NAME = re.compile(r"[A-Za-z0-9_-]{22}~[0-9]{13}")
EVERYTHING = "all"
ASKING_WHO = (
    "account_login", "account_reauthenticate", "mfa_index", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
)  # fmt: skip


def key_of(request: HttpRequest) -> str:
    """The person's key (32 bytes, base64), the same at each sign-in; empty for a visitor, and for
    staff who have not shown their second factor yet."""
    user = request.user
    if not (user.is_authenticated and second_factors.satisfied(request)):
        return ""
    key = salted_hmac("accounts.kept_words", str(user.pk), algorithm="sha256").digest()
    return b64encode(key).decode()


def acknowledge(request: HttpRequest, response: HttpResponse) -> None:
    """A view that accepts a form redirects; one that refuses it shows it again. A redirect to a
    page that asks who somebody is came before the form was read."""
    name = request.POST.get(FIELD, "") if response.status_code in (302, 303) else ""
    if NAME.fullmatch(name) and _path(response) not in {reverse(page) for page in ASKING_WHO}:
        waiting = request.COOKIES.get(COOKIE, "").split(".")
        earlier = [one for one in waiting if NAME.fullmatch(one) and one != name]
        _tell(response, ".".join([*earlier, name][-MOST:]))


def _path(response: HttpResponse) -> str:
    return urlsplit(response.headers["Location"]).path


def delete_everything(response: HttpResponse) -> None:
    """For a person who signs out: the next page's script empties the browser's storage. The header
    could do so, too, but would delete the help lines that are kept for people without a connection.
    """
    response.headers["Clear-Site-Data"] = '"cache"'
    _tell(response, EVERYTHING)


def _tell(response: HttpResponse, value: str) -> None:
    response.set_cookie(COOKIE, value, max_age=COOKIE_LASTS, samesite="Lax", secure=settings.SECURE)
