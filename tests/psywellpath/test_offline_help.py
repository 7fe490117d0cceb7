"""The service worker's script and the page that it keeps."""

import json
import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from psywellpath.pages import offline_help

STORE = re.compile(r'STORE = "(help-\w{16})"')


def script(browser) -> str:
    answer = browser.get("/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert not answer.cookies
    return answer.content.decode()


def test_the_worker_keeps_the_page_and_its_files_only(db, browser_of):
    addresses = json.loads(re.search(r"ADDRESSES = (\[.*\]);", script(browser_of()))[1])
    assert addresses[0] == "/help/offline/"
    assert len(addresses) == 1 + len(offline_help.FILES)
    page = browser_of().get("/help/offline/").content.decode()
    used = re.findall(r'(?:src|href)="(/static/[^"#]+)', page)
    needed = {address for address in used if "/img/mark" not in address and "touch" not in address}
    assert needed == set(addresses[1:])


def test_another_page_makes_another_store(db, browser_of, settings):
    store = STORE.search(script(browser_of()))[1]
    assert STORE.search(script(browser_of()))[1] == store
    settings.CRISIS_LINES = [("Another line", ["12345"])]
    assert STORE.search(script(browser_of()))[1] != store


def test_turned_off_it_deletes_its_store_and_itself(db, browser_of, settings):
    settings.OFFLINE_HELP = False
    off = script(browser_of())
    assert "caches.delete" in off
    assert "registration.unregister()" in off
    assert "addAll" not in off
    assert "data-offline-help" not in browser_of().get("/help/").content.decode()


@pytest.mark.parametrize("user", ["visitor", "client"])
def test_the_kept_page_is_the_same_for_everybody(cast, browser_of, user):
    browser = browser_of(cast.asha.user if user == "client" else None)
    answer = browser.get("/help/offline/")
    assert not answer.cookies
    page = LexborHTMLParser(answer.content.decode())
    numbers = [a.attributes["href"] for a in page.css("main a[href^='tel:']")]
    assert numbers[:3] == ["tel:14416", "tel:18008914416", "tel:112"]
    assert {"tel:1098", "tel:181", "tel:14567"} <= set(numbers)
    assert page.css_first("main a[href='']").text() == "Try the page again"
