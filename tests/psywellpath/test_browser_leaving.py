"""In real Chromium: after signing out, the way back shows nothing private; and the headers hold
nothing back that the site needs."""

import pytest

from clients.notes import actions as notes
from tests.support import cast as people
from tests.support.browsing import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "zebra-7f3a"


@pytest.mark.trust
def test_private_pages_come_back_by_the_back_button(open_page, promise):
    cast = people.make()
    notes.write_note(client=cast.asha, by=cast.meera, text=SECRET, audience="private")
    record = f"/clients/{cast.asha.pk}/"
    page = sign_in(open_page("/"), cast.meera.email)
    page.wait_for_url("**/caseload/")
    page.goto(record)
    assert SECRET in page.content()
    page.goto("/caseload/")
    page.goto("/accounts/logout/")
    page.locator("main form button").click()
    page.wait_for_url(lambda address: "/logout/" not in address)
    seen = []
    for _step in range(4):
        page.go_back(wait_until="load")
        seen.append(page.url)
        assert SECRET not in page.content()
        assert "Asha" not in page.locator("body").inner_text()
    page.goto(record)
    assert "/accounts/login/" in page.url
    promise("mistakes", f"private pages from the back button: {len(seen)} steps back, 0 private")


ALLOWED = """async () => {
  const asked = ["camera", "microphone", "geolocation"].map(
    async name => [name, (await navigator.permissions.query({name})).state]);
  const policy = document.featurePolicy;
  const rest = ["payment", "usb", "publickey-credentials-get", "publickey-credentials-create"].map(
    name => [name, policy.allowsFeature(name)]);
  return Object.fromEntries([...await Promise.all(asked), ...rest, ["alone", crossOriginIsolated]]);
}"""


def test_the_page_is_alone_and_may_use_passkeys_only(open_page):
    """Beside a page without our headers, where the browser would ask the person."""
    page = open_page("/accounts/login/")
    ours = page.evaluate(ALLOWED)
    page.route("**/bare/", lambda route: route.fulfill(body="x", content_type="text/html"))
    page.goto("/bare/")
    assert page.evaluate(ALLOWED) == {
        "camera": "prompt", "microphone": "prompt", "geolocation": "prompt", "payment": True,
        "usb": True, "publickey-credentials-get": True, "publickey-credentials-create": True,
        "alone": False,
    }  # fmt: skip
    assert ours == {
        "camera": "denied", "microphone": "denied", "geolocation": "denied", "payment": False,
        "usb": False, "publickey-credentials-get": True, "publickey-credentials-create": True,
        "alone": True,
    }  # fmt: skip
