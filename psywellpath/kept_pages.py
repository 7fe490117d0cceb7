"""Public pages, made once and sent to every reader until something that they show has changed.

A page that is the same for everybody (`@public`, without an argument beside its number) is kept in
the process with the version that it shows (`articles/public_version/looker.py`): no transaction, no
session and no query for the next reader, and pages go on being sent while the database is away.
"""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from articles.public_version.looker import PublicVersion, looker

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
MOST_BYTES = 32 * 1024 * 1024
LONGEST_PATH = 200
# A file to download is sent as it is.
TEXTS = ("text/", "application/xml", "application/json", "application/rss+xml",
         "application/atom+xml", "application/manifest+json")  # fmt: skip
NUMBER = re.compile(r"(page=[1-9]\d{0,3})?")
# Computed for what is sent, or the server's own affair.
OWN = {"content-length", "content-encoding", "etag", "last-modified"}
# What a browser brings up to date in the page that it has.
IN_304 = {"Cache-Control", "ETag", "Last-Modified", "Vary"}
Key = tuple[bool, str, str, str]


@dataclass(frozen=True)
class PublicPage:
    """A page as it is sent: its headers, its bytes as they are and compressed, its tag."""

    headers: tuple[tuple[str, str], ...]
    plain: bytes
    compressed: bytes
    tag: str
    last_modified: int | None
    # The origins of the players of its videos, from which `HeadersMiddleware` makes headers.
    players: tuple[str, ...]
    version: PublicVersion | None

    @classmethod
    def of(cls, response: HttpResponse, version: PublicVersion | None) -> "PublicPage":
        since = version and version.since
        patch_vary_headers(response, ["Accept-Encoding"])
        return cls(
            tuple((name, text) for name, text in response.items() if name.lower() not in OWN),
            response.content,
            gzip.compress(response.content, mtime=0),
            hashlib.sha256(response.content).hexdigest()[:32],
            int(since.timestamp()) if since else None,
            getattr(response, "players", ()),
            version,
        )

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.compressed)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The whole page, or 304 if the reader's browser has it."""
        headers, body, tag = dict(self.headers), self.plain, f'"{self.tag}"'
        if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            body, tag = self.compressed, f'"{self.tag}-gzip"'
            headers["Content-Encoding"] = "gzip"
        headers["ETag"] = tag
        if self.last_modified is not None:
            headers["Last-Modified"] = http_date(self.last_modified)
        known = get_conditional_response(request, tag, self.last_modified)
        if known is not None:
            for name in IN_304 & headers.keys():
                known.headers[name] = headers[name]
            return known
        response = HttpResponse(body, headers=headers | {"Content-Length": str(len(body))})
        response.players = self.players  # type: ignore[attr-defined]
        return response


class Store:
    """The pages that were asked for last, up to a number of bytes. Safe for threads."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        self._pages: OrderedDict[Key, PublicPage] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key, version: PublicVersion) -> PublicPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.version != version:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: PublicPage) -> None:
        with self._lock:
            if old := self._pages.pop(key, None):
                self.size -= old.size
            self._pages[key] = page
            self.size += page.size
            while self.size > self.most:
                self.size -= self._pages.popitem(last=False)[1].size


STORE = Store()


def key_of(request: HttpRequest) -> Key | None:
    """What a kept page is found by; None for a request that is never answered with one."""
    path, query = request.path_info, request.META.get("QUERY_STRING", "")
    if request.method not in ("GET", "HEAD") or len(path) > LONGEST_PATH:
        return None
    if not NUMBER.fullmatch(query) or path in settings.HEALTH_CHECKS:
        return None
    if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return None
    # Only a host that the site allows is ever answered with a page.
    return (request.is_secure(), request.META.get("HTTP_HOST", ""), path, query)


def is_public_text(response: HttpResponse) -> bool:
    is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
    return is_text and getattr(response, "is_shared", False)


def is_to_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """A page that a person or a single response left a trace in would be somebody else's."""
    policy = response.headers.get("Content-Security-Policy", "")
    varies = response.headers.get("Vary", "").lower() not in ("", "accept-encoding")
    return request.method == "GET" and not (response.cookies or varies or "'nonce-" in policy)


class KeptPagesMiddleware:
    """Answers with a kept page; compresses and tags every public page, kept or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request) if settings.KEPT_PAGES else None
        version = looker.current() if key else None
        if key and version and (page := STORE.get(key, version)):
            return page.answer(request)
        response = self.get_response(request)
        if settings.KEPT_PAGES and request.method not in SAFE:
            looker.look_again()
        if not isinstance(response, HttpResponse) or not is_public_text(response):
            return response
        page = PublicPage.of(response, version)
        if key and version and is_to_be_kept(request, response):
            STORE.put(key, page)
        return page.answer(request)
