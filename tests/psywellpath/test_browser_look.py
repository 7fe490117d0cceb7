"""What a first visit loads, and that nothing moves while it does."""

import time

import pytest

from psywellpath.demonstration.load import load

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/", "/articles/", "/assessments/", "/help/")
REQUESTS = 8
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


def test_a_first_visit_makes_few_requests(open_page):
    load()
    for address in PAGES:
        page = open_page("/robots.txt")
        requests: list[str] = []
        page.on("request", lambda request, seen=requests: seen.append(request.url))
        page.goto(address, wait_until="networkidle")
        # The browser asks for the icon of the tab, too, which Playwright does not report.
        assert len(requests) + 1 <= REQUESTS, (address, requests)
