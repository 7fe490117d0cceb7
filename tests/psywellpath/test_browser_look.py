"""What a first visit loads, and that nothing moves while it does."""

import gzip
import time

import pytest
from playwright.sync_api import Response

from psywellpath.demonstration.load import load
from tests.support.browsing import enter

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


# The focused element, and how thick its outline is: its own, or that of what is drawn in its place.
FOCUSED = """() => {
  const one = document.activeElement
  const drawn = [[one], [one, "::after"], [one.parentElement]]
  const thick = drawn.map(([element, part]) => getComputedStyle(element, part))
    .filter(style => style.outlineStyle != "none").map(style => parseFloat(style.outlineWidth))
  return [one.outerHTML.slice(0, 100), Math.max(0, ...thick)]
}"""


@pytest.mark.parametrize("forced", ["none", "active"])
def test_the_focus_is_seen_on_every_piece(open_page, cast, forced):
    """Bootstrap takes the outline from tick boxes, and a date's parts have the focus within."""
    page = enter(open_page(), cast.meera)
    page.goto("/styleguide/")
    page.emulate_media(forced_colors=forced)
    seen: dict[str, float] = {}
    for _stop in range(150):
        page.keyboard.press("Tab")
        name, thick = page.evaluate(FOCUSED)
        if name.startswith("<body"):
            break
        seen[name] = min(thick, seen.get(name, thick))
    assert len(seen) > 30
    assert not [name for name, thick in seen.items() if thick < 2]


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
