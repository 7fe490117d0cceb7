"""What every public page promises: no cookie, the same for everyone, a strict policy."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.support import cast as people

SHARED = ["/", "/privacy/", "/accessibility/", "/articles/", "/assessments/", "/robots.txt",
          "/sitemap.xml", "/articles/feed.xml"]  # fmt: skip


@pytest.mark.parametrize("address", SHARED)
@pytest.mark.parametrize("who", [None, "meera", "asha"])
def test_shared_pages_set_no_cookie_and_do_not_vary_by_one(cast, browser_of, address, who):
    people.articles()
    user = {"meera": cast.meera, "asha": cast.asha.user, None: None}[who]
    browser = browser_of(user)
    page = browser.get(address)
    assert page.status_code == 200
    assert not page.cookies
    assert "Cookie" not in page.headers.get("Vary", "")
    assert "public" in page.headers["Cache-Control"]
    assert page.content == browser_of().get(address).content


@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/caseload/", "/nothing/here/"])
def test_the_content_policy_is_strict(cast, browser_of, address):
    policy = browser_of(cast.meera).get(address, follow=True).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("address", ["/accounts/login/", "/path/", "/caseload/", "/admin/"])
def test_private_pages_are_never_kept(cast, browser_of, address):
    for user in (None, cast.meera, cast.asha.user):
        assert "no-store" in browser_of(user).get(address).headers["Cache-Control"]


def test_every_page_carries_the_crisis_lines(cast, browser_of):
    for user, address in (
        (None, "/"),
        (None, "/help/"),
        (None, "/nothing/here/"),
        (cast.asha.user, "/path/"),
        (cast.asha.user, "/caseload/"),
    ):
        page = LexborHTMLParser(browser_of(user).get(address).content.decode())
        band = page.css_first(".help-band")
        for number in ("tel:14416", "tel:18008914416", "tel:112"):
            assert band.css_first(f"a[href='{number}']"), (address, number)
        panel = page.css_first("header .help-panel")
        assert panel.css_first("a[href='/help/']"), address
        for number in ("tel:14416", "tel:18008914416", "tel:112", "tel:1098", "tel:181"):
            assert panel.css_first(f"a[href='{number}']"), (address, number)


def test_a_staff_page_has_the_lines_in_its_head_and_leaves_out_the_band(cast, browser_of):
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/").content.decode()
    assert LexborHTMLParser(page).css_first("header .help-panel a[href='tel:14416']")
    assert LexborHTMLParser(page).css_first("header .help-panel a[href='/help/']")
    assert not LexborHTMLParser(page).css_first(".help-band")


def test_help_lists_each_situation_that_has_a_line(db, browser_of, settings):
    def numbers() -> set[str | None]:
        page = LexborHTMLParser(browser_of(None).get("/help/").content.decode())
        return {a.attributes["href"] for a in page.css("main a[href^='tel:']")}

    general = {"tel:14416", "tel:18008914416", "tel:112"}
    assert numbers() == general | {"tel:1098", "tel:181", "tel:14567"}
    settings.HELP_LINES = settings.HELP_LINES | {"women": []}
    assert "tel:181" not in numbers()


def test_a_post_without_its_csrf_token_says_what_to_do(cast, browser_of):
    answer = browser_of(cast.meera, enforce_csrf_checks=True).post("/accounts/logout/")
    assert answer.status_code == 403
    assert "open too long" in answer.content.decode()


def test_a_server_error_shows_a_calm_page(cast, browser_of, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret-detail")

    monkeypatch.setattr("clients.caseload.views.caseload_rows", fail)
    answer = browser_of(cast.meera, raise_request_exception=False).get("/caseload/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "The mistake is ours" in page
    assert "secret-detail" not in page
    assert "14416" in page


def test_health(browser_of, db, monkeypatch):
    from django.db import DatabaseError

    from psywellpath import views

    assert browser_of().get("/livez").content == b"alive\n"
    assert browser_of().get("/readyz").content == b"ready\n"

    def unreachable(*args):
        raise DatabaseError

    monkeypatch.setattr(views, "MigrationExecutor", unreachable)
    answer = browser_of().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database not reachable\n")


def test_the_home_page_says_what_is_free_and_leaves_the_minutes_to_the_questionnaire(
    browser_of, db
):
    people.questionnaire()
    main = browser_of().get("/").content.decode().split("<main")[1].split("</main>")[0]
    facts = main.split('<ul class="hero-facts">')[1].split("</ul>")[0]
    stated = (
        "The self-assessment is free and private, needs no account",
        "It is not a diagnosis",
        "you hear what they cost before you agree",
    )
    assert all(fact in facts for fact in stated)
    assert main.lower().count("free") == 1
    assert not re.search(r"\b(two|three|four|five|six|seven|eight|\d+) minutes", main)
