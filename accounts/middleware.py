"""What surrounds each request: login, idle sessions, second factors, row-level security, data keys,
the audit log's request, and what browsers and proxies may cache."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control

from accounts.audit.recording import CURRENT_REQUEST
from accounts.database import row_security
from accounts.encryption import data_keys
from accounts.encryption.cipher import Unreadable
from accounts.sign_in import devices, kept_words, parked_forms, second_factors

SHARED_SECONDS = 60
# For nginx before the site, which then asks whether the page has changed.
PROXY_SECONDS = "1"
SIGNED_IN = "__Host-signed_in" if settings.SECURE else "signed_in"


class PrivateByDefaultMiddleware(LoginRequiredMiddleware):
    """Django's, but on an open page it does not read the user.

    That would read the session, and the response would then vary by cookie for every proxy.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: tuple, view_kwargs: dict
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        response = super().process_view(request, view_func, view_args, view_kwargs)
        if (
            response is not None
            and request.method == "POST"
            and (row := parked_forms.park(request))
        ):
            return redirect_to_login(reverse("parked-form", args=[row.pk]))
        return response


class IdleSessionMiddleware:
    """Ends a session of staff that was idle for too long, and stores when each was last used.

    It runs before the login middleware, for which the person is a visitor then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: tuple, view_kwargs: dict
    ) -> HttpResponse | None:
        shared = getattr(view_func, "public_shared", False)
        if not shared and settings.SESSION_COOKIE_NAME in request.COOKIES:
            devices.touch(request)
        return None


class SecondFactorMiddleware(IdleSessionMiddleware):
    """Without a second factor, staff reach only open pages, and those to set up or show one."""

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: tuple, view_kwargs: dict
    ) -> HttpResponse | None:
        is_open = not getattr(view_func, "login_required", True)
        if (
            is_open
            or hasattr(view_func, "before_factor_reason")
            or second_factors.satisfied(request)
        ):
            return None
        return redirect(second_factors.way_in(request))


class CurrentRequestMiddleware:
    """Makes the current request known to the audit log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = CURRENT_REQUEST.set(request)
        try:
            return self.get_response(request)
        finally:
            CURRENT_REQUEST.reset(token)


class NoNullsMiddleware:
    """Refuses a URL with a null character: PostgreSQL's text can't contain one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            raise BadRequest("a null character in the URL")
        return self.get_response(request)


class RowSecurityMiddleware:
    """Runs each request in the web role, in one transaction (`accounts/database/row_security.py`).

    A view that fails is rolled back by ATOMIC_REQUESTS, in a savepoint inside this: here its
    exception has become a response already. The health checks have to answer without a database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in settings.HEALTH_CHECKS:
            return self.get_response(request)
        with row_security.web_role():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: tuple, view_kwargs: dict
    ) -> None:
        """A shared public page is the same for everybody, and has no actor."""
        shared = getattr(view_func, "public_shared", False)
        if request.path_info not in settings.HEALTH_CHECKS and not shared:
            row_security.set_actor(request.user)


class PrivateGZip(GZipMiddleware):
    max_random_bytes = 1024


class CachingMiddleware:
    """Private pages are never cached; any proxy may cache shared public pages for a minute, and so
    may this process (`psywellpath/kept_pages.py`, which compresses them).

    Private pages are compressed with care (BREACH): how far a page shrinks tells something about
    what it says, if somebody else can add words to it or have it loaded again and again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.private_compression = PrivateGZip(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        shared = bool(match and getattr(match.func, "public_shared", False))
        named = response.has_header("Cache-Control")
        asks = response.status_code in (200, 304) and request.method in ("GET", "HEAD")
        if shared and asks and not named:
            patch_cache_control(response, public=True, max_age=SHARED_SECONDS)
            response.headers["X-Accel-Expires"] = PROXY_SECONDS
            response.is_shared = response.status_code == 200  # type: ignore[attr-defined]
            return response
        if not named:
            add_never_cache_headers(response)
        if self._may_compress_private(request, response):
            self.private_compression.process_response(request, response)
        return response

    def _may_compress_private(self, request: HttpRequest, response: HttpResponse) -> bool:
        """Whether the reader asked for the page within this site, by an address without a query.

        Otherwise another site could have it loaded as often as it likes, with words of its own.
        """
        asked_here = request.headers.get("Sec-Fetch-Site") in ("same-origin", "none")
        is_page = response.get("Content-Type", "").startswith("text/html")
        asked = request.method == "GET" and asked_here and not request.META.get("QUERY_STRING")
        return asked and is_page and response.status_code == 200


class UnreadableMiddleware:
    """Caches data keys for one request. If a value could not be decrypted, an error page says so.

    It does so even if a template swallowed the exception: a page from which words are missing looks
    like a page that never had them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with data_keys.key_cache() as ring:
            response = self.get_response(request)
            return self._error_page() if ring.refused else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return self._error_page() if isinstance(exception, Unreadable) else None

    def _error_page(self) -> HttpResponse:
        """Like the page for a server error, it uses no database."""
        shown = {
            "site_name": settings.SITE_NAME,
            "crisis_lines": settings.CRISIS_LINES,
            "practice_contact": settings.PRACTICE_CONTACT,
        }
        return render(None, "accounts/unreadable.html", shown, status=500)


class SignedInMarkMiddleware:
    """A cookie without a secret, by which the script on public pages shows "My place".

    It is set and removed only on private pages; public ones neither read nor write it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if not match or getattr(match.func, "public_shared", False):
            return response
        marked = SIGNED_IN in request.COOKIES
        if request.user.is_authenticated:
            parked_forms.mark(request, response)
        elif match.url_name == "account_logout":
            parked_forms.unmark(request, response)
        if request.user.is_authenticated and not marked:
            response.set_cookie(SIGNED_IN, "1", samesite="Lax", secure=settings.SECURE)
        elif marked and not request.user.is_authenticated:
            response.delete_cookie(SIGNED_IN, samesite="Lax")
        return response


class KeptWordsMiddleware:
    """Tells the browser which of the words that it keeps have arrived, and to delete all that it
    stores when a person signs out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept_words.acknowledge(request, response)
        match = request.resolver_match
        leaves = request.method == "POST" and match and match.url_name == "account_logout"
        if leaves and not request.user.is_authenticated:
            kept_words.delete_everything(response)
        return response
