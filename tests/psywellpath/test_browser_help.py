"""Help in real Chromium: the panel, the breathing exercise, and the lines without a connection."""

import pytest
from playwright.sync_api import Page, expect

from psywellpath import views
from psywellpath.kept_pages import STORE
from psywellpath.pages import offline_help
from tests.support import cast as people
from tests.support.browsing import enter, far_from_help, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname);
  return found;
}"""
REGISTERED = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
ACTIVE = "navigator.serviceWorker.getRegistration().then((one) => !!one?.active)"


def panel(page: Page):
    return page.locator(".help-panel a[href='tel:14416']")


def test_the_panel_opens_and_closes_by_keyboard(open_page):
    page = open_page("/", width=390)
    button = page.locator(".help-link")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.locator(".folded summary").click()
    expect(panel(page)).to_be_hidden()
    expect(page.locator(".folded nav")).to_be_visible()


def test_the_panel_needs_no_script(open_page):
    page = open_page("/", js=False, width=390)
    page.locator(".help-link").click()
    expect(panel(page)).to_be_visible()
    expect(page.locator(".help-panel a[href='/help/']")).to_be_visible()


def test_an_error_page_has_the_numbers_on_its_first_screen(open_page, live_server, monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    page = open_page("/", width=390)
    monkeypatch.setattr(views.retention, "for_readers", fail)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/privacy/")
    expect(page.get_by_text("The mistake is ours")).to_be_visible()
    assert not far_from_help(page)


def test_breathing_moves_once_it_is_started_and_never_against_a_readers_wish(open_page):
    page = open_page("/help/breathing/", width=390)
    petals = page.locator(".petals")
    expect(petals).to_be_hidden()
    page.get_by_text("Breathe with a picture").click()
    expect(petals).to_be_visible()
    expect(petals).to_have_css("animation-name", "none")
    page.emulate_media(reduced_motion="no-preference")
    expect(petals).to_have_css("animation-name", "breathe")
    page.get_by_text("Stop the picture").click()
    expect(petals).to_be_hidden()


def test_the_lines_without_a_connection(open_page, settings):
    cast = people.make()
    page = open_page("/", width=390)
    assert page.evaluate(REGISTERED) == 0
    page.locator(".help-link").click()
    wait_until(page, ACTIVE)
    enter(page, cast.asha.user)
    page.goto("/path/")
    page.goto("/path/safety/")
    (addresses,) = page.evaluate(KEPT).values()
    assert addresses[0] == "/help/offline/"
    assert all(a.startswith("/static/") for a in addresses[1:])
    assert len(addresses) == 1 + len(offline_help.FILES)

    page.context.set_offline(True)
    page.goto("/path/notes/")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(page.locator("main a[href='tel:14416']")).to_be_visible()
    # With its styles: the skip link is out of sight only by them.
    expect(page.locator(".skip")).to_have_css("position", "absolute")
    page.context.set_offline(False)
    page.get_by_text("Try the page again").click()
    expect(page.get_by_role("heading", name="You are offline")).to_have_count(0)
    assert page.url.endswith("/path/notes/")

    settings.OFFLINE_HELP = False
    STORE.clear()  # Outside tests a process has the same settings as long as it lives.
    page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    wait_until(page, f"{REGISTERED}.then((many) => !many)")
    assert page.evaluate(KEPT) == {}
