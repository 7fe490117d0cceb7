"""What a first visit loads, and that nothing moves while it does."""

import gzip
import time

import pytest
from playwright.sync_api import Response

from psywellpath.demonstration.load import load

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/", "/articles/", "/assessments/", "/help/")
MORE = (
    "/articles/healing-relationships-with-attachment-therapy/",
    "/articles/topics/attachment-and-relationships/",
    "/assessments/closeness/",
    "/enquiry/",
)
REQUESTS, BYTES = 8, 110_000
SHIFTS = """new PerformanceObserver(list => {
  for (const shift of list.getEntries()) window.shifted = (window.shifted || 0) + shift.value;
}).observe({type: "layout-shift", buffered: true});"""


def test_nothing_moves_when_the_fonts_are_late(open_page):
    load()
    page = open_page("/robots.txt", width=390)
    page.add_init_script(SHIFTS)

    def late(route) -> None:
        time.sleep(0.3)
        route.continue_()

    page.route("**/*.woff2", late)
    for address in PAGES:
        with page.expect_response("**/figtree.woff2"):
            page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shifted || 0") == 0, address


def test_a_first_visit_makes_few_requests_and_loads_little(open_page):
    """With every picture that waits until it is scrolled to."""
    load()
    for address in (*PAGES, *MORE):
        page = open_page("/robots.txt", width=390)
        loaded: list[Response] = []
        page.on("response", lambda response, seen=loaded: seen.append(response))
        page.goto(address, wait_until="networkidle")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        # The browser asks for the icon of the tab, too, which Playwright does not report.
        assert len(loaded) + 1 <= REQUESTS, (address, [response.url for response in loaded])
        assert sum(map(weight, loaded)) <= BYTES, (address, {r.url: weight(r) for r in loaded})


def weight(response: Response) -> int:
    """The bytes of the body, compressed as a proxy would; fonts and pictures are so already."""
    body = response.body()
    return min(len(body), len(gzip.compress(body)))
