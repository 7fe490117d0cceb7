"""The home page, the pages about the site itself, and the error pages."""

import logging
import re
import sys

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from accounts.access import Permission, SignedIn, allows, public
from accounts.audit import recording as audit
from accounts.database import row_security
from accounts.models import User
from accounts.people.queries import of_practice
from articles import moved
from articles.models import Article, Author
from articles.reading.sitemaps import SiteSitemap
from clients.models import Step
from psywellpath import retention
from psywellpath.headers import PICTURE

logger = logging.getLogger(__name__)
LATEST = 4  # Articles on the home page.


@public("visitors begin here")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if moved.asks_by_number(request.GET) and (answer := moved.response(request)):
        return answer
    latest = list(
        Article.objects.published().for_lists().select_related("author__portrait")[:LATEST]
    )
    context = {"steps": Step.objects.all(), "articles": latest, "writer": _writer(latest)}
    return render(request, "psywellpath/home.html", context)


def _writer(articles: list[Article]) -> Author | None:
    """Who wrote the newest of them, if the practice has said anything about that person."""
    return next((article.author for article in articles if article.author.bio), None)


@public("nobody in distress should have to sign in first")
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    return render(request, "psywellpath/help.html")


@public("nobody in distress should have to sign in first")
@require_safe
def breathing(request: HttpRequest) -> HttpResponse:
    return render(request, "psywellpath/breathing.html")


@public("everyone may read how their data is handled")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    shown = {"retention_periods": retention.for_readers(), "said": of_practice()}
    return render(request, "psywellpath/privacy.html", shown)


@public("everyone may read how well the site can be used, and complain")
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "psywellpath/accessibility.html")


@public("crawlers have no account")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = ["/accounts/", "/admin/", "/assessments/attempts/", "/calendar/", "/caseload/",
              "/clients/", "/path/", "/practice/", "/review/"]  # fmt: skip
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public("the monitoring service has no account", shared=False)
@transaction.non_atomic_requests
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@public("the monitoring service has no account", shared=False)
@transaction.non_atomic_requests
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the database answers, has every migration and rule, and restricts the web role."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        fault = "" if waiting else row_security.fault()
    except DatabaseError:
        return HttpResponse("database not reachable\n", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse("migrations not applied\n", status=503, content_type="text/plain")
    if fault:
        logger.error("not ready: %s", fault)
        return HttpResponse(
            "row-level security not in force\n", status=503, content_type="text/plain"
        )
    return HttpResponse("ready\n", content_type="text/plain")


def home_of(user: User) -> str:
    """The name of the page a person most likely wants. Up to two queries."""
    if allows(user, Permission.SEE_CASELOAD):
        return "caseload"
    if allows(user, Permission.MANAGE_PRACTICE):
        return "practice"
    return "admin:index" if user.is_staff else "path"


@require_safe
def place(request: SignedIn) -> HttpResponse:
    return redirect(home_of(request.user))


# We encode the pictures ourselves (`articles/pictures.py`); no other file has an address.
PICTURES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
PICTURE_SECONDS = 7 * 24 * 60 * 60
PICTURE_PATH = re.compile(r"(?:[\w-]+/)*[\w-]+\.(jpg|png|webp)", re.ASCII)


@public("pictures belong to public articles")
@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serves a picture as nothing but a picture, whatever its bytes; feed readers may show it."""
    match = PICTURE_PATH.fullmatch(path)
    if not match:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Content-Type"] = PICTURES[match[1]]
    patch_cache_control(response, public=True, max_age=PICTURE_SECONDS)  # Its name is random.
    response.headers["Content-Security-Policy"] = PICTURE
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


class PageSitemap(SiteSitemap):
    def items(self) -> list[str]:
        about = ["privacy", "accessibility"]
        return ["home", "article-list", "assessment-list", "help", "breathing", *about]

    def location(self, item: str) -> str:
        return reverse(item)


def _error(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"psywellpath/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    audit.record_refusal(request)
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Redirects if the address is an old one, of this site or of the one that was imported."""
    if answer := moved.response(request):
        return answer
    audit.record_refusal(request)
    words = {"searched": _searched_for(request.path)}
    return render(request, "psywellpath/404.html", words, status=404)


def _searched_for(path: str) -> str:
    """What a missing article was probably about: the words of its address. Of no other page, whose
    address might say something about a person."""
    match = re.fullmatch(r"(?:/hi)?/articles/(?:[^/]*/)*([\w-]{3,80})/?", path)
    return match[1].replace("-", " ").replace("_", " ").strip() if match else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """Works even if everything else fails: it needs no database, context processors or user.

    503 if the database did not answer, or not in time: that passes by itself.
    """
    status = 503 if isinstance(sys.exc_info()[1], OperationalError | InterfaceError) else 500
    response = render(
        None,
        f"psywellpath/{status}.html",
        {"site_name": settings.SITE_NAME, "crisis_lines": settings.CRISIS_LINES},
        status=status,
    )
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "psywellpath/csrf.html", status=403)
