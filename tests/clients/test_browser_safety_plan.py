"""In Chromium, on a phone: a plan is written together, and later somebody is called from it."""

import pytest
from playwright.sync_api import Page, expect

from clients.models import Callback, SafetyPlan
from tests.support import cast as people
from tests.support.browsing import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# From the first page that a client sees to the dialler of the telephone.
TAPS_TO_A_CALL = 2


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without"])
def test_from_writing_a_plan_together_to_a_call(open_page, js):
    people.make()
    # In the session, on the therapist's computer: the numbers are read back before they count.
    therapist = sign_in(open_page(js=js), "meera@example.org")
    therapist.click("text=Asha Verma")
    therapist.get_by_role("link", name="Write it together").click()
    therapist.fill("[name=signs]", "I stop answering messages")
    therapist.fill("[name=call_name_0]", "Nisha, my sister")
    therapist.fill("[name=call_number_0]", "98450 00001")
    therapist.fill("[name=therapist_number]", "080 2345 6789")
    therapist.fill("[name=means]", "Nisha keeps the tablets")
    therapist.fill("[name=review_on]", "2031-05-09")
    therapist.click("text=Save plan")
    expect(therapist.get_by_text("The button “Call Nisha, my sister” will call")).to_be_visible()
    expect(therapist.get_by_text("The button “Call Dr. Meera Nair” will call")).to_be_visible()
    assert not SafetyPlan.objects.exists()
    therapist.click("text=They are right. Save the plan")
    expect(therapist.get_by_text("The plan is saved.")).to_be_visible()
    expect(therapist.get_by_text("Please follow up by")).to_be_visible()

    # Later, on the client's phone.
    client = sign_in(open_page(js=js, width=390), "asha@example.org")
    for width in (320, 800, 1280, 390):  # At any width the plan is one tap away.
        client.set_viewport_size({"width": width, "height": 844})
        expect(client.locator("nav a[href='/path/safety/']:visible")).to_have_count(1)
    taps = Taps(client)
    taps.tap(client.locator(".tab-bar a", has_text="Safety"))
    line = client.locator(".call-now a").first
    expect(line).to_be_in_viewport()
    expect(line).to_have_attribute("href", "tel:14416")
    expect(client.get_by_text("Nobody is told that you opened this.")).to_be_visible()
    nisha = client.get_by_role("link", name="Call Nisha, my sister")
    expect(nisha).to_have_attribute("href", "tel:9845000001")
    assert (nisha.bounding_box() or {})["height"] >= 44
    taps.count += 1  # Chromium has no dialler: the link is what the telephone opens.
    assert taps.count == TAPS_TO_A_CALL


def test_a_client_asks_for_a_call_and_the_therapist_makes_it(open_page):
    people.make()
    client = sign_in(open_page(width=390), "asha@example.org")
    client.locator("main").get_by_role("link", name="Ask the practice to call me").click()
    expect(client.locator(".call-now a").first).to_be_in_viewport()
    client.fill("[name=number]", "98450 00001")
    client.get_by_role("button", name="Please call me").click()
    expect(client.get_by_text("We will call 98450 00001")).to_be_visible()
    therapist = sign_in(open_page(), "meera@example.org")
    calls = therapist.locator("#calls")
    expect(calls.get_by_text("nobody yet")).to_be_visible()
    calls.get_by_role("button", name="I will call").click()
    expect(calls.get_by_text("nobody yet")).to_have_count(0)
    client.reload()
    expect(client.get_by_text("Dr. Meera Nair will call you")).to_be_visible()
    calls.get_by_role("button", name="We have spoken").click()
    expect(calls.get_by_text("Called in the last 24 hours")).to_be_visible()
    assert Callback.objects.get().done_at


class Taps:
    """Counts what a finger does."""

    def __init__(self, page: Page):
        self.page, self.count = page, 0

    def tap(self, locator) -> None:
        locator.click()
        self.count += 1
