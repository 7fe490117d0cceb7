"""Coming back to an attempt in the same browser, and the phone's own sheet for sharing its link."""

import pytest
from playwright.sync_api import expect

from assessments.taking import actions as taking
from tests.support import cast as people
from tests.support.assessments.attempts import ANXIOUS, published, started
from tests.support.browsing import sign_in, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORED = "localStorage.getItem('attempt')"


def test_an_attempt_is_offered_until_there_is_a_result(open_page):
    attempt = started(published(), answers=ANXIOUS)
    page = open_page("/assessments/", width=390)
    box = page.locator("[data-resume]")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(box).to_be_hidden()
    page.goto(attempt.get_absolute_url())
    expect(page.get_by_text("this browser remembers this address")).to_be_visible()
    kept = page.evaluate(f"JSON.parse({STORED})")
    assert kept["address"] == attempt.get_absolute_url()
    assert set(kept) == {"address", "until", "owned"}, "nothing clinical is kept"
    for public in ("/assessments/", "/assessments/small/"):
        page.goto(public)
        expect(box).to_be_visible()
    page.get_by_role("link", name="Continue where you left off").click()
    page.wait_for_url(f"**{attempt.get_absolute_url()}")
    taking.submit(attempt=attempt)
    page.goto(f"{attempt.get_absolute_url()}result/")
    wait_until(page, f"{STORED} === null")
    page.goto("/assessments/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(box).to_be_hidden()


def test_it_is_forgotten_on_request_and_when_it_has_expired(open_page):
    attempt = started(published())
    page = open_page(attempt.get_absolute_url(), width=390)
    page.get_by_role("button", name="Forget it on this device").click()
    assert page.evaluate(STORED) is None
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(STORED) is None, "it stays forgotten while the tab is open"
    for until, offered in (("2999-01-01T00:00:00Z", True), ("2020-01-01T00:00:00Z", False)):
        page.evaluate(
            "kept => localStorage.setItem('attempt', JSON.stringify(kept))",
            {"address": attempt.get_absolute_url(), "until": until, "owned": False},
        )
        page.goto("/assessments/small/")
        expect(page.locator("[data-resume]")).to_be_visible(visible=offered)
        assert (page.evaluate(STORED) is not None) == offered


def test_the_attempt_of_an_account_is_forgotten_when_its_owner_signs_out(open_page):
    cast = people.make()
    attempt = started(published(), by=cast.asha.user)
    page = sign_in(open_page("/", width=1280), "asha@example.org")
    page.wait_for_url("**/path/")
    page.goto(attempt.get_absolute_url())
    wait_until(page, f"{STORED} !== null")
    page.goto("/assessments/")
    expect(page.locator("[data-resume]")).to_be_visible()
    page.goto("/path/")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(lambda address: "/path/" not in address)
    wait_until(page, f"{STORED} === null")


def test_the_link_is_shared_by_the_phones_own_sheet_where_there_is_one(
    chromium_browser, live_server
):
    attempt = started(published())
    address = f"{live_server.url}{attempt.get_absolute_url()}"
    for sheet in ("undefined", "async (shared) => { window.shared = shared; }"):
        context = chromium_browser.new_context(viewport={"width": 390, "height": 844})
        context.add_init_script(
            f"Object.defineProperty(navigator, 'share', {{ value: {sheet}, configurable: true }})"
        )
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
        button = page.get_by_role("button", name="Share the link")
        if sheet == "undefined":
            expect(button).to_be_hidden()
        else:
            button.click()
            assert page.evaluate("window.shared") == {"url": address}
        context.close()
