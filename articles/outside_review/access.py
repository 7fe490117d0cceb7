"""Loads the review that a link opens."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from accounts.access import public
from accounts.database import row_security
from articles.models import OutsideReview

ReviewView = Callable[..., HttpResponse]


def with_review(view: ReviewView) -> Callable[..., HttpResponse]:
    """Passes the view the review whose key the address names; there is no other way to it.

    The address is kept out of search engines and referrers. `no-referrer` would make browsers send
    `Origin: null` with a form, which the CSRF check refuses; `strict-origin` never sends the path.
    """

    @wraps(view)
    def load(request: HttpRequest, key: str, **kwargs: object) -> HttpResponse:
        row_security.set_link_key(OutsideReview.hash(key))
        review = OutsideReview.objects.by_key(key).select_related("asked_by").first()
        if review is None:
            raise Http404
        review.key = key  # type: ignore[attr-defined]
        response = view(request, review, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return public("a reviewer has no account: the key opens one article", shared=False)(load)
