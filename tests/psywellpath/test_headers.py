"""The headers of every kind of response: graded, and without the name of a server."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from PIL import Image as Pillow

from accounts.rate_limits import counters
from psywellpath.headers import NEVER, OURS
from tests.support import cast as people
from tests.support.articles import factories as words
from tests.support.assessments.attempts import published, started
from tests.support.rate_limits import declared_limits
from tests.support.serving.observatory import grade, policy

YEAR = 31_536_000
MISSING = "/nothing/here/"


@pytest.fixture
def https(settings) -> None:
    """As behind the practice's proxy, where everything is https."""
    settings.SECURE = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT = YEAR, True


def picture() -> str:
    out = io.BytesIO()
    Pillow.new("RGB", (4, 4), "teal").save(out, "PNG")
    return default_storage.url(default_storage.save("pictures/a.png", ContentFile(out.getvalue())))


def answers(cast, browser_of, monkeypatch) -> dict[str, HttpResponse]:
    """One response of each kind that the site gives."""
    article = words.article()
    version = people.questionnaire()
    own = started(published(), by=cast.asha.user)
    gone = words.article("gone", status="withdrawn")
    visitor, asha, meera, esha, manoj = (
        browser_of(user, raise_request_exception=False)
        for user in (None, cast.asha.user, cast.meera, cast.esha, cast.manoj)
    )
    slug = version.instrument.slug

    def get(browser, path, **more):
        return browser.get(path, secure=True, **more)

    kinds = {
        "home": get(visitor, "/"),
        "list": get(visitor, "/articles/"),
        "article": get(visitor, article.get_absolute_url()),
        "search": get(visitor, "/articles/search/?q=rest"),
        "feed": get(visitor, "/articles/feed.xml"),
        "sitemap": get(visitor, "/sitemap.xml"),
        "robots": get(visitor, "/robots.txt"),
        "health": get(visitor, "/livez"),
        "sign-in": get(visitor, "/accounts/login/"),
        "reset": get(visitor, "/accounts/password/reset/"),
        "to sign in": get(visitor, "/path/"),
        "start": get(visitor, f"/assessments/{slug}/start/"),
        "enquiry": get(visitor, "/enquiry/"),
        "items": get(asha, own.get_absolute_url()),
        "json": asha.post(own.get_absolute_url(), {"item_q1": "6"}, secure=True,
                          headers={"Accept": "application/json"}),
        "own path": get(asha, "/path/"),
        "own data": asha.get("/path/data/", secure=True),
        "signed in": visitor.post("/accounts/login/", {"login": "asha@example.org",
                                  "password": people.PASSWORD}, secure=True),
        "caseload": get(meera, "/caseload/"),
        "record": get(meera, f"/clients/{cast.asha.pk}/"),
        "practice": get(manoj, "/practice/"),
        "admin": get(esha, "/admin/"),
        "admin list": get(manoj, "/admin/accounts/user/"),
        "admin editor": get(esha, "/admin/articles/article/add/"),
        "admin form": get(esha, f"/admin/articles/article/{article.pk}/change/"),
        "admin upload": get(manoj, "/admin/assessments/instrumentversion/add/"),
        "admin words": get(esha, "/admin/jsi18n/"),
        "admin choices": get(esha, "/admin/autocomplete/?app_label=articles&model_name=article"
                                   "&field_name=topic&term=c"),
        "admin 404": get(esha, "/admin/nothing/"),
        "static": get(visitor, "/static/css/site.css"),
        "picture": get(visitor, picture()),
        "no picture": get(visitor, "/media/pictures/none.png"),
        "400": get(visitor, "/articles/?q=%00"),
        "bad host": visitor.get("/", secure=True, HTTP_HOST="evil.example"),
        "403": get(asha, "/caseload/"),
        "404": get(visitor, MISSING),
        "405": visitor.put("/", secure=True),
        "410": get(visitor, gone.get_absolute_url()),
        "to https": visitor.get("/", secure=False),
        "without a slash": get(visitor, "/articles"),
        "csrf": browser_of(cast.asha.user, enforce_csrf_checks=True).post(
            "/accounts/logout/", secure=True),
    }  # fmt: skip
    rate = declared_limits()["article-search"].per_address
    assert rate
    counters.remember(counters.key_of("article-search", "place", "127.0.0.1"), rate.seconds)
    kinds["429"] = get(visitor, "/articles/search/?q=rest")
    counters.remember(counters.key_of("invitation", "place", "127.0.0.1"), 3600)
    kinds["429 page"] = get(visitor, "/accounts/invitations/x/")
    monkeypatch.setattr("clients.caseload.views.caseload_rows", None)
    kinds["500"] = get(meera, "/caseload/")
    return kinds


@pytest.fixture
def kinds(https, cast, browser_of, monkeypatch) -> dict[str, HttpResponse]:
    return answers(cast, browser_of, monkeypatch)


STATUSES = {"400": 400, "bad host": 400, "403": 403, "404": 404, "405": 405, "410": 410,
            "csrf": 403, "429": 429, "429 page": 429, "500": 500, "to https": 301, "json": 200,
            "picture": 200, "static": 200, "signed in": 302, "to sign in": 302,
            "admin choices": 200, "no picture": 404, "without a slash": 301}  # fmt: skip


@pytest.mark.trust
def test_every_kind_of_answer_is_graded(kinds, promise):
    assert {name: kinds[name].status_code for name in STATUSES} == STATUSES
    # Before https there is no HSTS to speak of: a browser has to leave for https first.
    graded = {name: grade(page) for name, page in kinds.items() if name != "to https"}
    below = {name: result for name, result in graded.items() if result[0] != "A+"}
    assert not below
    lowest = min(points for _letter, points, _why in graded.values())
    promise("readers", f"A+ on {len(graded)} kinds of answer (lowest {lowest} points)")


def test_every_kind_of_answer_has_all_headers(kinds):
    for name, page in kinds.items():
        headers = page.headers
        csp = policy(headers["Content-Security-Policy"])
        assert csp["default-src"] == ["'none'"], name
        assert "unsafe" not in headers["Content-Security-Policy"], name
        assert csp["frame-ancestors"] == ["'none'"], name
        assert csp["base-uri"] == ["'none'"], name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp", name
        assert headers["Referrer-Policy"] in ("same-origin", "strict-origin"), name
        features = dict(part.split("=") for part in headers["Permissions-Policy"].split(", "))
        assert {features[feature] for feature in NEVER} == {"()"}, name
        assert {features[feature] for feature in OURS} == {"(self)"}, name
        assert not {"Server", "X-Powered-By", "Via"} & set(headers), name


SHARED = {"home", "list", "article", "search", "feed", "sitemap", "robots"}
# Anyone may cache these for as long as they like: they contain no personal data.
FILES = {"static", "picture", "to https", "health"}


def test_only_what_is_for_everyone_may_be_cached(kinds):
    cacheable = {
        n for n, page in kinds.items() if "no-store" not in page.headers.get("Cache-Control", "")
    }
    assert cacheable - FILES == SHARED
    for name in SHARED:
        assert not kinds[name].cookies, name


def test_nothing_says_what_runs_here(kinds):
    import django

    for name, page in kinds.items():
        if page.streaming or name.startswith("admin"):
            continue
        body = page.content.decode(errors="replace")
        assert "Django" not in body, name
        assert django.get_version() not in body, name
        assert "Traceback" not in body, name


def test_cookies_are_secure_and_ours_alone(kinds):
    cookies = [(name, c) for name, page in kinds.items() for c in page.cookies.values()]
    assert len(cookies) > 5
    for name, cookie in cookies:
        assert cookie["secure"], (name, cookie.key)
        assert cookie["samesite"] == "Lax", (name, cookie.key)
        assert cookie["httponly"] or cookie.key.endswith("signed_in"), (name, cookie.key)
        assert not cookie["domain"], (name, cookie.key)


GOOD = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": f"max-age={YEAR}",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WORSE = [
    {"Content-Security-Policy": ""},
    {"Content-Security-Policy": "default-src *"},
    {"Content-Security-Policy": "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"},
    {"Content-Security-Policy": "script-src 'self' 'unsafe-eval'"},
    {"Strict-Transport-Security": ""},
    {"Access-Control-Allow-Origin": "https://evil.example",
     "Access-Control-Allow-Credentials": "true"},
]  # fmt: skip


@pytest.mark.parametrize("worse", WORSE)
def test_the_grader_sees_what_is_wrong(worse):
    assert grade(HttpResponse(headers=GOOD))[0] == "A+"
    assert grade(HttpResponse(headers=GOOD | worse))[0] != "A+"


@pytest.mark.parametrize(
    ("name", "flags"),
    [("sessionid", {}), ("sessionid", {"secure": True}), ("csrftoken", {"secure": True})],
)
def test_the_grader_sees_careless_cookies(name, flags):
    answer = HttpResponse(headers=GOOD)
    answer.set_cookie(name, "x", **flags)
    assert grade(answer)[2]


HERE = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}


def encoding(browser, address: str, **headers: str) -> str | None:
    answer = browser.get(address, headers=HERE | headers)
    return answer.headers.get("Content-Encoding")


def test_pages_that_are_the_same_for_every_reader_are_compressed(cast, browser_of):
    for where in ("same-origin", "none", "cross-site"):
        assert encoding(browser_of(None), "/articles/", **{"Sec-Fetch-Site": where}) == "gzip"


def test_a_private_page_is_compressed_for_who_asks_for_it_on_this_site(cast, browser_of):
    asha = browser_of(cast.asha.user)
    assert encoding(asha, "/path/") == "gzip"
    assert encoding(asha, "/path/", **{"Sec-Fetch-Site": "none"}) == "gzip", "typed, or a bookmark"
    assert encoding(browser_of(cast.esha), "/admin/") == "gzip"
    assert encoding(browser_of(None), "/enquiry/") == "gzip"


@pytest.mark.parametrize("asked_from", ["cross-site", "same-site", ""])
def test_another_site_cannot_have_a_private_page_compressed(cast, browser_of, asked_from):
    asha = browser_of(cast.asha.user)
    assert encoding(asha, "/path/", **{"Sec-Fetch-Site": asked_from}) is None, "BREACH"


def test_a_private_page_with_words_of_its_address_is_not_compressed(cast, browser_of):
    asha, meera = browser_of(cast.asha.user), browser_of(cast.meera)
    assert encoding(meera, "/caseload/") == "gzip"
    assert encoding(meera, "/caseload/?q=Verma") is None, "BREACH"
    assert encoding(asha, "/path/nothing-here/") is None, "the page that is missing"
    answer = browser_of(None).post("/enquiry/", {"message": "words"}, headers=HERE)
    assert answer.status_code == 422
    assert not answer.has_header("Content-Encoding"), "a form that was refused repeats the words"


def test_the_length_of_a_compressed_private_page_is_mostly_chance(cast, browser_of):
    asha = browser_of(cast.asha.user)
    lengths = {len(asha.get("/path/", headers=HERE).content) for _time in range(20)}
    # The token of the forms differs, too, but never by so much.
    assert max(lengths) - min(lengths) > 300
