"""Counts the requests to views that have a rate limit, and refuses those that are too many."""

import secrets
from collections.abc import Callable

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.allauth_internals import LOGIN_SESSION_KEY
from accounts.models import User
from accounts.rate_limits import counters
from accounts.rate_limits.client_address import address_or_network
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import DAY, MINUTE, Counts, RateLimit, limit_of

KNOWN_FOR = 180 * DAY
# Not `__Host-`: browsers refuse that prefix for a cookie whose path is only a part of the site.
DEVICE = "__Secure-known_device" if settings.SECURE else "known_device"
# What the counters remember about an account: two kinds of key, so that no address is taken for
# a device.
KNOWN_ADDRESS, KNOWN_DEVICE = "known place", "known device"

Counters = list[tuple[str, Rate]]
# Used if no proxy says from which address a request comes; it is never a known address.
NOWHERE = "nowhere"
_SIGNER = Signer(salt="accounts.known_device")


class RateLimitMiddleware:
    """Counts before the view runs, and gives back the counts of requests that are not limited."""

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
        limit = limit_of(view)
        if limit is None or request.method not in limit.methods:
            return None
        request.rate_limit, request.counted = limit, []  # type: ignore[attr-defined]
        for key, rate in _counters(request, limit, kwargs):
            if wait := counters.count(key, rate):
                request.refused = wait  # type: ignore[attr-defined]
                _give_back(request)  # A refused request counts nowhere.
                return None if limit.shown_by_view else too_often(request)
            request.counted.append((key, rate))  # type: ignore[attr-defined]
        return None


def refused(request: HttpRequest) -> int:
    """How many seconds to wait if this request is one too many; otherwise 0."""
    return getattr(request, "refused", 0)


def message(request: HttpRequest) -> str:
    """What a person reads above their form when their request was refused."""
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


def remember_sign_in(request: HttpRequest, user: User) -> None:
    """Remembers this address and this device for the account, so that other people's guesses from
    elsewhere no longer stop the person here."""
    token = _device(request) or secrets.token_urlsafe(24)
    address = address_or_network(request)
    request.new_device = _SIGNER.sign(token)  # type: ignore[attr-defined]
    for account in (user.email, user_pk_to_url_str(user)):
        counters.remember(counters.key_of(KNOWN_DEVICE, account, token), KNOWN_FOR)
        if address:
            counters.remember(counters.key_of(KNOWN_ADDRESS, account, address), KNOWN_FOR)


def _device(request: HttpRequest) -> str:
    """This browser's token if we signed it; otherwise an empty string."""
    try:
        return _SIGNER.unsign(request.COOKIES.get(DEVICE, ""))
    except BadSignature:
        return ""


def _is_counted(request: HttpRequest, response: HttpResponse) -> bool:
    limit: RateLimit | None = getattr(request, "rate_limit", None)
    if limit is None or limit.counts is Counts.ALL:
        return True
    succeeded = response.status_code in (302, 303) or (
        response.status_code == 200 and request.method != "POST"
    )
    return succeeded == (limit.counts is Counts.SUCCESSFUL)


def _give_back(request: HttpRequest) -> None:
    for key, rate in getattr(request, "counted", ()):
        counters.give_back(key, rate)


def _counters(request: HttpRequest, limit: RateLimit, kwargs: dict) -> Counters:
    """Narrow counters first: what they refuse does not count against everybody else. The order
    is the same in every request, so that no two requests wait for each other (deadlock)."""
    route = str(request.resolver_match.url_name if request.resolver_match else "")
    address, account = address_or_network(request) or NOWHERE, ""
    if limit.per_account or limit.per_account_and_address:
        account = _account(request, limit)
    device = _device(request) if account else ""
    if limit.per_account_and_address and device and _knows(KNOWN_DEVICE, account, device):
        key = counters.key_of(route, "both", account, "device", device)
        return [(key, limit.per_account_and_address)]
    is_known = not account or _knows(KNOWN_ADDRESS, account, address)
    rates = [
        (limit.per_object, ("thing", *map(str, kwargs.values()))),
        (limit.per_account_and_address if account else None, ("both", account, address)),
        (limit.per_address, ("place", address)),
        (limit.per_account if not is_known else None, ("account", account)),
    ]
    return [(counters.key_of(route, *parts), rate) for rate, parts in rates if rate]


def _knows(kind: str, account: str, value: str) -> bool:
    return counters.remembers(counters.key_of(kind, account, value))


def _account(request: HttpRequest, limit: RateLimit) -> str:
    """The account that the request is about: typed, signed in, or half-way through signing in."""
    if limit.account_field:
        return request.POST.get(limit.account_field, "")
    if request.user.is_authenticated:
        return user_pk_to_url_str(request.user)
    waiting = request.session.get(LOGIN_SESSION_KEY)
    return str(waiting.get("user_pk", "")) if isinstance(waiting, dict) else ""
