"""Where an old address leads: one of an article that moved, or of the site that was imported.

An imported site answered at more addresses than its file names: with and without a slash at the
end, with pages and feeds below each list, with several sizes of each picture. Those are derived
here from the ones that are stored.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from articles.models import OldAddress

LONGEST = 500
# The names in a query by which WordPress finds a page; the first that occurs counts.
QUERIES = ("p", "page_id", "attachment_id", "cat", "tag", "author", "category_name")
_FEED = re.compile(r"(?:^|/)(?:comments/)?(?:feed|rss|atom)(?:/(?:feed|rdf|rss|rss2|atom))?/?$")
# What WordPress shows below the address of a text or a list.
_BELOW = re.compile(
    r"/(?:page/\d+|comment-page-\d+|amp|embed|trackback|attachment/[^/]+|\d{1,3})/?$"
)
_SIZE = re.compile(r"(?:-\d+x\d+|-scaled|-rotated)+(?=\.\w+$)")
_DATES = re.compile(r"/\d{4}(?:/\d{2}){0,2}/?$")


def forget_size(path: str) -> str:
    """The address that all sizes of one picture share."""
    return _SIZE.sub("", path)


def asks_by_number(query: QueryDict) -> bool:
    """Whether an address such as /?p=12 may be one of an imported site."""
    return any(name in query for name in QUERIES)


def response(request: HttpRequest) -> HttpResponse | None:
    """A redirect, if the address that was asked for is an old one. One query."""
    if request.method not in ("GET", "HEAD"):
        return None
    address, permanent = _leads_to(request.path, request.GET)
    return redirect(address, permanent=permanent) if address not in ("", request.path) else None


def _leads_to(path: str, query: QueryDict) -> tuple[str, bool]:
    """The address, and whether it stays so: a withdrawn article may come back."""
    candidates = list(dict.fromkeys(_candidates(path, query)))
    rows = OldAddress.objects.filter(path__in=candidates).select_related("article")
    found = {row.path: row for row in rows}
    for row in filter(None, map(found.get, candidates)):
        article = row.article
        if article is None:
            return row.leads_to, True
        if article.is_gone() and (successor := article.successor()):
            return article.led_on_to(successor), False
        if article.is_public() or article.is_gone():
            return article.get_absolute_url(), True
    return "", True


def _candidates(path: str, query: QueryDict) -> Iterator[str]:
    """The stored paths that may answer, the closest first."""
    for name in QUERIES:
        if name in query:
            wanted = urlencode({name: query[name]})
            yield from (f"{base}?{wanted}"[:LONGEST] for base in dict.fromkeys([path, "/"]))
            return
    yield from _with_and_without_slash(path)
    yield forget_size(path)[:LONGEST]
    if _FEED.search(path):
        base = _FEED.sub("/", path)
        # Below a list it is the list's feed, below a text that of its comments.
        yield f"{base}feed/"[:LONGEST]
        yield from _with_and_without_slash(base)
    if _BELOW.search(path):
        path = _BELOW.sub("/", path)
        yield from _with_and_without_slash(path)
    if _DATES.search(path):
        yield _DATES.sub("/", path)


def _with_and_without_slash(path: str) -> Iterator[str]:
    bare = path.rstrip("/")
    yield from (way[:LONGEST] for way in (path, f"{bare}/", bare) if way)


class OldAddressMiddleware:
    """Lets old addresses answer while DEBUG is on, too, where Django shows its own page for what
    is not found and never asks `handler404`: so that a migration can be rehearsed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if settings.DEBUG and answer.status_code == 404:
            return response(request) or answer
        return answer
