"""The self-assessment in a real browser: with and without JavaScript, on a phone, by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from assessments.models import Answer, Attempt, Result
from tests.support.assessments.attempts import published, started
from tests.support.browsing import violations
from tests.support.thorough import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(chromium_browser, live_server) -> Iterator[BrowserContext]:
    context = chromium_browser.new_context(viewport=PHONE, base_url=live_server.url)
    yield context
    context.close()


@pytest.fixture
def phone_without_script(chromium_browser, live_server) -> Iterator[BrowserContext]:
    context = chromium_browser.new_context(
        viewport=PHONE, base_url=live_server.url, java_script_enabled=False
    )
    yield context
    context.close()


def begin(page: Page) -> None:
    page.goto("/assessments/small/")
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("I am 18 or older.").check()
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Show me the first").click()
    page.wait_for_load_state("networkidle")


def choose(page: Page, question: int, value: int) -> None:
    page.locator(".question").nth(question).locator(".scale label").nth(value - 1).click()


def take(page: Page) -> None:
    begin(page)
    choose(page, 0, 6)
    choose(page, 1, 3)
    page.get_by_role("button", name="Save and continue").click()
    # The script may send an answer first; until the next page opens, a click would hit the old one.
    page.get_by_text("Question 3 of").wait_for()
    choose(page, 0, 2)
    choose(page, 1, 7)
    page.get_by_role("button", name="Save and check").click()
    page.get_by_role("button", name="Show my result").click()
    page.get_by_text("5.5 on a scale from 1 to 7", exact=True).wait_for()


@pytest.mark.parametrize("context", ["phone", "phone_without_script"])
def test_from_the_introduction_to_the_result(request, context):
    published()
    page = request.getfixturevalue(context).new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    take(page)
    expect(page.locator(".naming").get_by_text("closest to “anxious”")).to_be_visible()
    assert Result.objects.count() == 1
    assert errors == []


def test_each_answer_is_saved_at_once(phone):
    published()
    page = phone.new_page()
    begin(page)
    choose(page, 0, 4)
    page.locator("[data-status]", has_text="saved").wait_for()
    assert page.locator(".attempt-progress progress").evaluate("bar => bar.value") == 1
    assert Answer.objects.get().value == 4
    choose(page, 0, 2)
    expect(page.locator("[data-status]")).to_have_text("saved")
    # Left half-way, and resumed on another device by the same address.
    address = page.get_by_label("Address of your answers").input_value()
    page.close()
    other = phone.browser.new_context().new_page()
    other.goto(address)
    expect(other.locator(".question :checked")).to_have_attribute("value", "2")


def test_a_lost_connection_loses_no_answer(phone):
    published()
    page = phone.new_page()
    begin(page)
    phone.set_offline(True)
    choose(page, 0, 5)
    page.locator("[data-status]", has_text="not saved yet").wait_for()
    # In sight beside the question that was just answered, and not only below the last one.
    page.set_viewport_size({"width": 390, "height": 480})
    page.locator(".question").first.evaluate("question => question.scrollIntoView()")
    expect(page.get_by_text("Your answers are safe on this page")).to_be_in_viewport(ratio=0.99)
    page.set_viewport_size(PHONE)
    choose(page, 1, 6)
    phone.set_offline(False)
    expect(page.locator("[data-status]")).to_have_text("saved")
    assert {a.item_id: a.value for a in Answer.objects.all()} == {"q1": 5, "q2": 6}
    # Over the rate limit: the answer waits, too, and is saved once requests are accepted again.
    refusals: list[str] = []

    def too_often(route: Route) -> None:
        refusals.append(route.request.post_data or "")
        route.fulfill(status=429, content_type="application/json", body='{"error": "Too often."}')

    page.route("**/assessments/attempts/*/", too_often)
    choose(page, 0, 7)
    page.locator("[data-status]", has_text="not saved yet").wait_for(timeout=5_000)
    assert "item_q1=7" in refusals[0]
    page.unroute("**/assessments/attempts/*/")
    expect(page.locator("[data-status]")).to_have_text("saved")
    assert {a.item_id: a.value for a in Answer.objects.all()} == {"q1": 7, "q2": 6}


def test_by_keyboard_alone(phone):
    attempt = started(published())
    page = phone.new_page()
    page.goto(attempt.get_absolute_url())
    page.locator(".question input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.locator("[data-status]", has_text="saved").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?page=2")
    assert attempt.answers.get(item_id="q1").value == 2


def test_a_screen_reader_is_given_names_of_questions_and_choices(phone):
    attempt = started(published())
    page = phone.new_page()
    page.goto(attempt.get_absolute_url())
    group = page.get_by_role("group", name="Question 1 of 4 Statement 1")
    expect(group.get_by_role("radio")).to_have_count(8)
    expect(group.get_by_role("radio", name="Skip this one")).to_have_count(1)
    expect(group.get_by_role("radio", name="7 Very much")).to_have_count(1)


@pytest.mark.trust
@pytest.mark.parametrize(
    ("width", "scheme"),
    some([(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")], 3),
)
def test_no_page_scrolls_sideways_and_axe_finds_nothing(
    chromium_browser, live_server, scheme, width
):
    attempt = started(published(), answers={"q1": 6, "q2": 3, "q3": 2})
    context = chromium_browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=live_server.url
    )
    page = context.new_page()
    address = attempt.get_absolute_url()

    def check(url: str) -> None:
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        assert violations(page) == []

    for url in ("/assessments/", "/assessments/small/", "/assessments/small/start/"):
        check(url)
    for url in (f"{address}?page=1", f"{address}review/", f"{address}delete/"):
        check(url)
    page.goto(f"{address}review/")
    page.get_by_role("button", name="Finish without a result").click()
    check(f"{address}result/")
    context.close()
    assert Attempt.objects.get().submitted_at
