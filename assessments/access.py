"""The one way to an attempt: by its key, and only for whom it may open."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.access import public
from accounts.database import row_security
from accounts.encryption import unreadable
from assessments.models import (
    Attempt,
    hash_of,
    id_in,
)

AttemptView = Callable[[HttpRequest, Attempt], HttpResponse]


def with_attempt(view: AttemptView) -> Callable[..., HttpResponse]:
    """Gives the view the attempt of the address.

    An attempt without an owner opens to anyone who holds its key. An attempt of a person opens to
    that person alone, by its id too: visitors are sent to sign in, others get 404, as for a key
    that never existed.
    """

    @wraps(view)
    def opened(request: HttpRequest, key: str) -> HttpResponse:
        row_security.set_attempt_key(hash_of(key))
        attempt = Attempt.objects.for_reading().opened_by(key, request.user).first()
        if attempt is None or attempt.user_id not in (None, request.user.pk):
            kept = id_in(key) or row_security.attempt_has_owner(hash_of(key))
            if request.user.is_authenticated or not kept:
                raise Http404
            return _private(redirect_to_login(request.path))
        attempt.key = key
        if attempt.unreadable and getattr(view, "reads", True):
            return _private(_unreadable(request, attempt))
        try:
            return _private(view(request, attempt))
        except NotYours as gone:
            raise Http404 from gone

    reason = "an anonymous attempt opens by its unguessable key"
    return public(reason, shared=False)(opened)


def without_reading(view: AttemptView) -> AttemptView:
    """A view that asks nothing of what was answered: it works where that does not open, too."""
    view.reads = False  # type: ignore[attr-defined]
    return view


def _unreadable(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Nothing of it is shown, and nothing written over."""
    status = 200 if request.method in ("GET", "HEAD") else 409
    if request.headers.get("Accept", "") == "application/json":
        return JsonResponse({"error": str(unreadable.sentence())}, status=status)
    return render(request, "assessments/unreadable.html", {"attempt": attempt}, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    """Keeps the key in the address to itself.

    Not `no-referrer`: a browser then sends `Origin: null` with a form, which is refused as
    forged. `strict-origin` names the site at most, and never the path.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


class NotYours(ValueError):
    """The attempt belongs to somebody else, perhaps since a moment ago."""
