"""Which doors are limited, and how: one table, and the middleware that asks it.

The numbers are generous where somebody may be in need, also behind the one address of a school
or a clinic; and small where a secret could be guessed.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.rate_limits import counters
from accounts.rate_limits.client_address import client_place
from accounts.rate_limits.counters import Rate

MINUTE, HOUR, DAY = 60, 3600, 86_400
KNOWN_FOR = 180 * DAY
# Its path is no whole site's, so `__Host-` would be refused.
DEVICE = "__Secure-known_device" if settings.SECURE else "known_device"
# What `limits` remembers of an account: two lists, so that no address passes for a device.
KNOWN_PLACE, KNOWN_DEVICE = "known place", "known device"


class Counts(StrEnum):
    """Which requests are limited; the others are given back."""

    WRONG = "those that get nowhere"
    DONE = "those that do something"
    ALL = "all of them"


@dataclass(frozen=True)
class RateLimit:
    """`place`: for an address, for all accounts. `account`: for an account, from all places
    that it was never entered from. `both`: for an account from one place. `thing`: for whatever
    the address names. A device that entered an account before has `both` for itself, and nobody's
    guesses elsewhere, or beside it, count against it."""

    counts: Counts
    place: Rate | None = None
    account: Rate | None = None
    both: Rate | None = None
    thing: Rate | None = None
    methods: frozenset[str] = field(default=frozenset({"POST"}))
    # The page says by itself that it is too often, with all that was typed still in its form.
    tells: bool = False


GUESSING = RateLimit(
    Counts.WRONG, Rate(100, 15 * MINUTE), Rate(30, 15 * MINUTE), Rate(10, 5 * MINUTE), tells=True
)
# A code has six digits, and a person who guesses it knows the password already.
CODES = RateLimit(Counts.WRONG, Rate(60, 15 * MINUTE), Rate(20, HOUR), Rate(10, 15 * MINUTE))
LOOKED_AT = frozenset({"GET", "HEAD"})
# By the name of the address. A name that is not there (yet) does no harm.
DOORS: dict[str, RateLimit] = {
    "account_login": GUESSING,
    "account_reauthenticate": GUESSING,
    "account_change_password": replace(GUESSING, tells=False),
    "mfa_authenticate": CODES,
    "mfa_reauthenticate": CODES,
    "mfa_login_webauthn": RateLimit(Counts.WRONG, Rate(60, 5 * MINUTE)),
    # Each of them may become a mail to somebody.
    "account_reset_password": RateLimit(
        Counts.ALL, Rate(60, HOUR), Rate(5, HOUR), Rate(5, HOUR), tells=True
    ),
    "account_reset_password_from_key": RateLimit(
        Counts.ALL, Rate(60, 15 * MINUTE), methods=LOOKED_AT | {"POST"}
    ),
    "invitation": RateLimit(Counts.WRONG, Rate(60, 15 * MINUTE), methods=LOOKED_AT | {"POST"}),
    # Each becomes a mail to an address that somebody names.
    "address": RateLimit(Counts.DONE, both=Rate(10, DAY), tells=True),
    # Help is asked for here: a class of thirty may do it in the same hour.
    "enquiry": RateLimit(Counts.DONE, Rate(60, HOUR), tells=True),
    "assessment-start": RateLimit(Counts.DONE, Rate(300, HOUR), tells=True),
    "attempt": RateLimit(
        Counts.ALL, Rate(6000, 10 * MINUTE), thing=Rate(600, 10 * MINUTE), tells=True
    ),
    "article-search": RateLimit(Counts.ALL, Rate(300, 5 * MINUTE), methods=LOOKED_AT, tells=True),
}

Counted = list[tuple[str, Rate]]
NOWHERE = "nowhere"  # Where a proxy does not say where somebody comes from: never a known place.
_SIGNER = Signer(salt="accounts.known_device")


class LimitsMiddleware:
    """Counts at the door, before the view; gives back what turns out not to be limited."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if wait := refused(request):
            response.status_code = 429
            response.headers["Retry-After"] = str(wait)
        elif not _is_counted(request, response):
            _give_back(request)
        if token := getattr(request, "new_device", ""):
            response.set_cookie(
                DEVICE, token, max_age=KNOWN_FOR, path="/accounts/", httponly=True,
                secure=settings.SECURE, samesite="Lax",
            )  # fmt: skip
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        door = DOORS.get(name or "")
        if door is None or request.method not in door.methods:
            return None
        request.door, request.counted = door, []  # type: ignore[attr-defined]
        for key, rate in _counters(request, str(name), door, kwargs):
            if wait := counters.count(key, rate):
                request.refused = wait  # type: ignore[attr-defined]
                _give_back(request)  # It is not tried.
                return None if door.tells else too_often(request)
            request.counted.append((key, rate))  # type: ignore[attr-defined]
        return None


def refused(request: HttpRequest) -> int:
    """How many seconds to wait where this request is one too many; else 0."""
    return getattr(request, "refused", 0)


def words(request: HttpRequest) -> str:
    """The same, for a person."""
    minutes = -(-refused(request) // MINUTE)
    often = ngettext(
        "This was tried too often. Please try again in %(n)s minute.",
        "This was tried too often. Please try again in %(n)s minutes.",
        minutes,
    ) % {"n": minutes}
    return f"{often} {_('What you wrote is still here.')}"


def too_often(request: HttpRequest) -> HttpResponse:
    page = {"minutes": -(-refused(request) // MINUTE)}
    return render(request, "429.html", page, status=429)


def know(request: HttpRequest, user: User) -> None:
    """This person entered from here, with this device: others' guesses no longer stop them here."""
    token, place = _device(request) or secrets.token_urlsafe(24), client_place(request)
    request.new_device = _SIGNER.sign(token)  # type: ignore[attr-defined]
    for account in (user.email, user_pk_to_url_str(user)):
        counters.remember(counters.key_of(KNOWN_DEVICE, account, token), KNOWN_FOR)
        if place:
            counters.remember(counters.key_of(KNOWN_PLACE, account, place), KNOWN_FOR)


def _device(request: HttpRequest) -> str:
    """This browser's token, where it is one that was made here; else nothing."""
    try:
        return _SIGNER.unsign(request.COOKIES.get(DEVICE, ""))
    except BadSignature:
        return ""


def _is_counted(request: HttpRequest, response: HttpResponse) -> bool:
    door: RateLimit | None = getattr(request, "door", None)
    if door is None or door.counts is Counts.ALL:
        return True
    done = response.status_code in (302, 303) or (
        response.status_code == 200 and request.method != "POST"
    )
    return done == (door.counts is Counts.DONE)


def _give_back(request: HttpRequest) -> None:
    for key, rate in getattr(request, "counted", ()):
        counters.give_back(key, rate)


def _counters(request: HttpRequest, name: str, door: RateLimit, kwargs: dict) -> Counted:
    """Narrow ones first: what is refused there is not counted against everybody else. The order
    is the same in every request, so that no two wait for each other."""
    place, account = client_place(request) or NOWHERE, ""
    if door.account or door.both:
        account = _account(request, name)
    device = _device(request) if account else ""
    if door.both and device and _knows(KNOWN_DEVICE, account, device):
        return [(counters.key_of(name, "both", account, "device", device), door.both)]
    known_here = not account or _knows(KNOWN_PLACE, account, place)
    asked = [
        (door.thing, ("thing", *map(str, kwargs.values()))),
        (door.both if account else None, ("both", account, place)),
        (door.place, ("place", place)),
        (door.account if not known_here else None, ("account", account)),
    ]
    return [(counters.key_of(name, *parts), rate) for rate, parts in asked if rate]


def _knows(kind: str, account: str, what: str) -> bool:
    return counters.remembers(counters.key_of(kind, account, what))


# Where an account is typed. Elsewhere a field of that name is a decoy: it would count another's.
TYPED = {"account_login": "login", "account_reset_password": "email"}


def _account(request: HttpRequest, name: str) -> str:
    """Whose account is asked for: typed, half signed in, or signed in already."""
    if name in TYPED:
        return request.POST.get(TYPED[name], "")
    if request.user.is_authenticated:
        return user_pk_to_url_str(request.user)
    waiting = request.session.get(LOGIN_SESSION_KEY)
    return str(waiting.get("user_pk", "")) if isinstance(waiting, dict) else ""
