"""Charts in a real browser: the size of their words as rendered, and where the words lie."""

import pytest
from playwright.sync_api import expect

from clients.results import sharing
from tests.support.assessments.attempts import ANXIOUS, published, submitted_ago
from tests.support.assessments.files import small
from tests.support.browsing import enter, scrolls_sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FLOOR = 13
RELIABLE = {"kind": "retest", "value": 0.75, "sd": 1, "source": "A paper"}
# The size in pixels of every visible word: an SVG with a viewbox scales its text.
WORDS = """main :is(.plane, .chart) text, main figcaption,
  main :is(.region, .axis, .chart-dates, .ruler-ends)"""
SIZES = """(words) => [...document.querySelectorAll(words)]
  .filter(one => one.getClientRects().length)
  .map(one => [one.textContent.trim(),
    parseFloat(getComputedStyle(one).fontSize) * (one.getScreenCTM ? one.getScreenCTM().a : 1)])"""
BOXES = """(selector) => [...document.querySelectorAll(selector)]
  .map(one => one.getBoundingClientRect()).map(one => [one.left, one.top, one.right, one.bottom])"""


@pytest.fixture
def pages(cast) -> dict[str, tuple[object, str]]:
    scales = [scale | {"reliability": RELIABLE} for scale in small()["scales"]]
    version, asha = published(scales=scales), cast.asha
    for days, answers in ((90, {"q1": 6, "q2": 2, "q3": 4, "q4": 5}), (2, ANXIOUS)):
        attempt = submitted_ago(version, asha.user, days, answers)
        sharing.share_result(client=asha, attempt=attempt, by=asha.user)
    return {
        "result": (asha.user, attempt.get_result_url()),
        "history": (asha.user, "/assessments/small/over-time/"),
        "client's history": (cast.meera, f"/clients/{asha.pk}/over-time/small/"),
        "client": (cast.meera, f"/clients/{asha.pk}/"),
        "styleguide": (cast.meera, "/styleguide/"),
    }


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_word_of_a_chart_is_smaller_than_the_floor(pages, open_page, width):
    page = open_page(width=width)
    for name, (user, address) in pages.items():
        enter(page, user)
        page.goto(address)
        sizes = page.evaluate(SIZES, WORDS)
        assert len(sizes) >= 8, (name, sizes)
        assert not [one for one in sizes if one[1] < FLOOR - 0.01], name
        assert not scrolls_sideways(page), name


@pytest.mark.parametrize("width", [320, 1280])
def test_the_names_of_the_lines_stand_clear_of_each_other(pages, open_page, width):
    page = enter(open_page(width=width), pages["history"][0])
    page.goto(pages["history"][1])
    names, regions = page.evaluate(BOXES, ".line-name"), page.evaluate(BOXES, ".region")
    assert (len(names), len(regions)) == (2, 4)
    for boxes in (names, regions):
        for n, one in enumerate(boxes):
            assert all(0 <= edge <= width for edge in (one[0], one[2])), one
            for other in boxes[n + 1 :]:
                apart = one[2] <= other[0] or other[2] <= one[0]
                assert apart or one[3] <= other[1] + 1 or other[3] <= one[1] + 1
    # Not by colour alone: the second line is dashed, and its marks are of another shape.
    assert page.locator(".score-series.second .score-line").first.evaluate(
        "line => getComputedStyle(line).strokeDasharray !== 'none'"
    )
    assert (
        page.locator(".score-series.first circle").count()
        == page.locator(".score-series.second path").count()
    )
    assert violations(page) == []


def test_the_printed_result_is_large_enough_to_read(pages, open_page):
    page = enter(open_page(width=794), pages["result"][0])
    page.goto(pages["result"][1])
    page.emulate_media(media="print")
    # 10.5 points, and captions no smaller than eight and a half.
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize) * .75") >= 10.5
    assert min(size for _, size in page.evaluate(SIZES, WORDS)) * 0.75 >= 8.5
    plane = page.locator(".plane").bounding_box()
    assert plane
    assert 280 <= plane["width"] <= 330, "about eight centimetres"
    expect(page.locator(".worked-out dd").first).to_be_visible()
    expect(page.locator(".keep-result")).to_be_hidden()
