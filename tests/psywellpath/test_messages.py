"""Messages after an action: they wait in the session, and name nobody."""

import base64
import re

from django.contrib.sessions.models import Session
from django.test import Client as Browser

from tests.support.cast import PASSWORD


def readable(cookies) -> str:
    """Every cookie's value as a stranger at the machine reads it, unpacked where that is easy."""
    texts = []
    for cookie in cookies.values():
        texts.append(cookie.value)
        for part in re.split(r"[^A-Za-z0-9_-]", cookie.value):
            whole = part[: len(part) - (len(part) % 4 == 1)]
            padded = whole + "=" * (-len(whole) % 4)
            texts.append(base64.urlsafe_b64decode(padded).decode("latin1"))
    return " ".join(texts).lower()


def test_a_move_puts_no_text_into_a_cookie_and_no_name_into_the_session(cast, browser_of):
    browser = browser_of(cast.meera)
    page = f"/clients/{cast.asha.pk}/"
    answer = browser.post(f"{page}move/", {"to": "2", "seen": "1"})
    assert answer.status_code == 302
    assert "messages" not in answer.cookies
    for word in ("asha", "step", "building", "trust"):
        assert word not in readable(browser.cookies), word
    waiting = str(browser.session["_messages"])
    assert "The step has changed." in waiting
    for word in ("Asha", "Verma", "Building"):
        assert word not in waiting, word
    assert "The step has changed." in browser.get(page).content.decode()
    assert "The step has changed." not in browser.get(page).content.decode()


def test_an_invitation_names_nobody(cast, browser_of):
    browser = browser_of(cast.meera)
    browser.post("/clients/invite/", {"name": "Sana Qureshi", "email": "sana@example.org"})
    waiting = str(browser.session["_messages"])
    assert "The invitation is on its way." in waiting
    assert "Sana" not in waiting
    assert "sana" not in readable(browser.cookies)


def test_a_message_that_waits_makes_no_public_page_personal(cast, browser_of):
    browser = browser_of(cast.asha.user)
    browser.post("/accounts/me/address/", {"to": "new@example.org"})
    for path in ("/", "/articles/", "/enquiry/thanks/"):
        page = browser.get(path)
        assert page.status_code == 200, path
        assert not page.cookies, path
        assert "Cookie" not in page.headers.get("Vary", ""), path
        assert "public" in page.headers["Cache-Control"], path
        assert "your new mailbox" not in page.content.decode(), path
    assert "your new mailbox" in browser.get("/accounts/me/").content.decode()


def test_a_visitor_who_was_signed_out_is_told_and_leaves_nothing(cast):
    browser = Browser()
    browser.post("/accounts/login/", {"login": "asha@example.org", "password": PASSWORD})
    browser.get("/path/")
    browser.post("/accounts/logout/")
    assert not Session.objects.exists(), "no session waits for a visitor with a message"
    assert not browser.cookies["sessionid"].value
    page = browser.get("/accounts/login/")
    assert not page.context["messages"]
