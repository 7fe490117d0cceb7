"""The caseload in Chromium: by keyboard alone, and with a long name that has no space."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import CareLink, Session, StepEvent
from tests.support import cast as people
from tests.support.browsing import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Venkatanarasimharajuvaripeta" * 3
FOCUSED = "e => [document.activeElement.name || document.activeElement.textContent.trim()]"


def picture(page, name: str) -> None:
    """For whoever wants to look at the page: where CASELOAD_PICTURES says."""
    if folder := os.environ.get("CASELOAD_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def caseload():
    now, cast = timezone.now(), people.make()
    long = people.in_care(people.person("long@example.org", LONG), cast.meera, days=90)
    Session.objects.create(client=long, therapist=cast.meera, at=now + timedelta(minutes=5))
    closed = people.in_care(people.person("closed@example.org", "Uma Closed"), cast.meera)
    StepEvent.objects.create(
        client=closed, sequence=2, kind="close", step_id=1, by=cast.meera, reason="It was time"
    )
    CareLink.objects.create(
        client=cast.rohan, therapist=cast.meera, starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=5), covers=CareLink.objects.get(client=cast.rohan),
    )  # fmt: skip
    return cast


def test_by_keyboard_and_with_a_long_name(caseload, open_page):
    for width in (390, 1280):
        page = sign_in(open_page(width=width), "meera@example.org")
        for address in ("/caseload/", "/agenda/", "/caseload/?q=uma"):
            page.goto(address)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (address, width)
            picture(page, f"{address.strip('/').replace('/?', '-')}-{width}")
    page.goto("/caseload/")
    page.focus("form.filter-row [name=q]")
    page.keyboard.type("rohan")
    # The list follows what is typed; the focus stays, and a status says how many there are.
    page.wait_for_url("**q=rohan**")
    status = page.locator("form.filter-row [role=status]")
    expect(status).to_have_text("1 client in the list")
    assert page.evaluate(FOCUSED) == ["q"]
    expect(page.locator("td.who")).to_have_count(1)
    page.keyboard.press("Enter")
    reached = []
    while not reached or reached[-1] != "Rohan Iyer":
        page.keyboard.press("Tab")
        reached += page.evaluate(FOCUSED)
        assert len(reached) < 15, reached
    assert {"step", "unmeasured", "sort", "unplanned", "covered", "closed"} <= {*reached}
    assert "Show" not in reached
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{caseload.rohan.pk}/")
    page.goto("/caseload/?q=nobody")
    page.fill("form.filter-row [name=q]", "uma")
    page.check("form.filter-row [name=closed]")
    expect(page.locator("td.who")).to_have_text("Uma Closed")
    page.route("**/caseload/?*", lambda route: route.abort())
    page.uncheck("form.filter-row [name=closed]")
    expect(status).to_have_text("The list could not be loaded. Please press “Show”.")
    expect(page.locator("form.filter-row button")).to_be_visible()
    page.unroute("**/caseload/?*")
    without = sign_in(open_page(js=False), "meera@example.org")
    without.goto("/caseload/")
    without.fill("form.filter-row [name=q]", "rohan")
    without.click("form.filter-row button")
    expect(without.locator("td.who")).to_have_count(1)
    page.goto("/caseload/")
    page.focus("form.filter-row [name=closed]")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('footer')"):
            break
    else:
        pytest.fail("the keyboard does not leave the list")
