"""The help lines without a connection: a page that the browser keeps, and the service worker that
shows it if no page of ours can be reached (docs/decisions/0025-help-without-a-connection.md)."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from articles.richtext import data_block

PAGE = "psywellpath/offline_help.html"
# What that page needs, and nothing else: the worker never keeps another address.
FILES = (
    "bootstrap/site.css",
    "fonts/psywellpath-serif.woff2",
    "fonts/figtree.woff2",
    "img/sprite.svg",
    "js/site.js",
)
readers: Callable = public("nobody in distress should have to sign in first")


@readers
@require_safe
def offline_help(request: HttpRequest) -> HttpResponse:
    return render(request, PAGE)


@readers
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """A page that changed, or files of other names in it, make another worker with another store.

    Where the practice has turned this off, the worker deletes what it kept, and itself.
    """
    script = "worker" if settings.OFFLINE_HELP else "worker_off"
    page = render_to_string(PAGE, request=request)
    context = {
        "version": hashlib.sha256(page.encode()).hexdigest()[:16],
        "addresses": data_block([reverse("offline-help"), *map(static, FILES)]),
    }
    return render(
        request, f"psywellpath/{script}.js", context, content_type="text/javascript; charset=utf-8"
    )
