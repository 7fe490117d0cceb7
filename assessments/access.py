"""Loads the attempt that a URL names, for the people who may open it."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.access import public
from accounts.database import row_security
from accounts.encryption import unreadable
from assessments.models import Attempt, hash_of, id_in
from assessments.sittings import queries as sittings

AttemptView = Callable[[HttpRequest, Attempt], HttpResponse]


def with_attempt(view: AttemptView) -> Callable[..., HttpResponse]:
    """Passes the view the attempt that the URL names by its key or its id.

    An attempt without an owner opens for anyone who has its key. An attempt with an owner opens
    for its owner alone, by its key or its id: visitors are sent to sign in, and everyone else gets
    a 404, the same as for a key that never existed. A device with an open sitting reaches the pages
    that are marked `at_the_practice`, of its own attempt.
    """

    @wraps(view)
    def load_attempt(request: HttpRequest, key: str) -> HttpResponse:
        row_security.set_attempt_key(hash_of(key))
        attempt = Attempt.objects.for_reading().opened_by(key, request.user).first()
        if attempt is None or attempt.user_id not in (None, request.user.pk):
            if id_in(key) and getattr(view, "at_the_practice", False):
                with sittings.opened(request) as sitting:
                    if sitting and str(sitting.attempt_id) == key:
                        request.sitting = sitting  # type: ignore[attr-defined]
                        attempt = Attempt.objects.for_reading().get(pk=key)
                        return show(request, attempt)
            has_owner = id_in(key) or row_security.attempt_has_owner(hash_of(key))
            if request.user.is_authenticated or not has_owner:
                raise Http404
            return _private(redirect_to_login(request.path))
        attempt.key = key
        return show(request, attempt)

    def show(request: HttpRequest, attempt: Attempt) -> HttpResponse:
        if attempt.unreadable and getattr(view, "needs_answers", True):
            return _private(_unreadable(request, attempt))
        try:
            return _private(view(request, attempt))
        except NotOwner as error:
            raise Http404 from error

    reason = "an anonymous attempt opens by its unguessable key"
    return public(reason, shared=False)(load_attempt)


def at_the_practice(view: AttemptView) -> AttemptView:
    """Marks a view that also opens on a device of the practice, while its sitting is open."""
    view.at_the_practice = True  # type: ignore[attr-defined]
    return view


def without_answers(view: AttemptView) -> AttemptView:
    """Marks a view that also works when the answers or results cannot be decrypted."""
    view.needs_answers = False  # type: ignore[attr-defined]
    return view


def _unreadable(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Shows nothing of the attempt and overwrites nothing."""
    status = 200 if request.method in ("GET", "HEAD") else 409
    if request.headers.get("Accept", "") == "application/json":
        return JsonResponse({"error": str(unreadable.sentence())}, status=status)
    return render(request, "assessments/unreadable.html", {"attempt": attempt}, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    """Keeps the key in the URL out of referrers and search engines.

    `no-referrer` would make browsers send `Origin: null` with a form, which the CSRF check refuses.
    `strict-origin` sends the site's origin at most, never the path.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


class NotOwner(ValueError):
    """The attempt belongs to somebody else, or no longer exists."""
