"""Second factors as people meet them, in real Chromium: a passkey, an app, a recovery code."""

import re
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts.models import AuditEvent
from tests.support.browsing import LOOKS, scrolls_sideways, serious
from tests.support.cast import PASSWORD
from tests.support.signing_in import code_of_secret

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at_the_door(page: Page, email: str) -> Page:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).last.click()
    return page


def leave(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/accounts/signed-out/")


def give_password(page: Page) -> None:
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()


def with_device(page: Page) -> Page:
    """A telephone or computer that has its own passkeys, and always recognises its person."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def looked_at(page: Page) -> list[str]:
    problems = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        problems += [f"{page.url} {width} {scheme} {p}" for p in serious(page)]
        if scrolls_sideways(page):
            problems.append(f"{page.url} scrolls sideways at {width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    return problems


@pytest.mark.trust
def test_a_passkey_from_set_up_to_sign_in(cast, open_page):
    page = with_device(at_the_door(open_page(), cast.meera.email))
    page.wait_for_url("**/accounts/2fa/")
    problems = looked_at(page)
    page.get_by_role("link", name="Set up a passkey").click()
    give_password(page)
    page.get_by_label("What to call it").fill("Laptop in the practice")
    problems += looked_at(page)
    page.get_by_role("button", name="Ask my device").click()
    page.wait_for_url("**/accounts/2fa/codes/")
    expect(page.locator(".codes li")).to_have_count(10)
    problems += looked_at(page)
    page.get_by_role("link", name="I have saved them").click()
    page.wait_for_url("**/caseload/")
    page.goto("/accounts/me/")
    expect(page.get_by_text("Laptop in the practice")).to_be_visible()
    problems += looked_at(page)

    leave(page)
    at_the_door(page, cast.meera.email)  # the password, then the passkey
    page.wait_for_url("**/accounts/2fa/sign-in/")
    problems += looked_at(page)
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url("**/caseload/")

    leave(page)
    page.goto("/accounts/login/?next=/accounts/me/")
    problems += looked_at(page)
    page.get_by_role("button", name="Sign in with a passkey").click()  # the passkey alone
    page.wait_for_url(re.compile(r":\d+/accounts/me/$"))
    page.goto("/caseload/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto("/accounts/me/address/")  # sensitive: reauthentication by the passkey
    assert "/2fa/again/passkey/" in page.url, page.url
    page.wait_for_url("**/accounts/2fa/again/passkey/**")
    problems += looked_at(page)
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url("**/accounts/me/address/")
    problems += looked_at(page)
    assert AuditEvent.objects.filter(verb="signed in", actor=cast.meera.pk).count() == 3
    assert not problems, "\n".join(problems)


def test_a_passkey_in_a_browser_that_cannot_read_the_options(cast, open_page):
    """A library does it there."""
    page = open_page("/accounts/login/")
    page.context.add_init_script(
        "delete PublicKeyCredential.parseRequestOptionsFromJSON;"
        "delete PublicKeyCredential.parseCreationOptionsFromJSON"
    )
    page = with_device(at_the_door(page, cast.meera.email))
    page.get_by_role("link", name="Set up a passkey").click()
    give_password(page)
    page.get_by_role("button", name="Ask my device").click()
    page.wait_for_url("**/accounts/2fa/codes/")
    assert not page.evaluate("'parseCreationOptionsFromJSON' in PublicKeyCredential")
    leave(page)
    page.goto("/accounts/login/?next=/accounts/me/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r":\d+/accounts/me/$"))


def test_a_passkey_that_is_refused_says_so(cast, open_page):
    """Nobody is at the device: the page says that one can try again."""
    page = open_page("/accounts/login/")
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
               "hasUserVerification": True, "isUserVerified": False}  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That did not work, or was stopped.")).to_be_visible(timeout=30_000)


@pytest.mark.trust
@pytest.mark.parametrize("js", [True, False])
def test_an_app_and_a_recovery_code(cast, open_page, js):
    page = at_the_door(open_page(js=js), cast.esha.email)
    page.wait_for_url("**/accounts/2fa/")
    page.get_by_role("link", name="Set up an app").click()
    give_password(page)
    expect(page.locator("img.qr")).to_be_visible()
    assert page.locator("img.qr").evaluate("i => i.naturalWidth > 0") if js else True
    problems = looked_at(page) if js else []
    page.locator("summary", has_text="Or type the key in").click()
    secret = page.locator(".secret").inner_text()
    page.fill("input[name=code]", "123")
    page.get_by_role("button", name="It shows my code").click()
    expect(page.locator("input[name=code]")).to_have_class(re.compile("is-invalid"))
    code = code_of_secret(secret)
    page.fill("input[name=code]", code)
    page.get_by_role("button", name="It shows my code").click()
    page.wait_for_url("**/accounts/2fa/codes/")
    codes = page.locator(".codes li").all_inner_texts()
    if js:
        with page.expect_download() as file:
            page.get_by_role("button", name="Save as a file").click()
        assert Path(file.value.path()).read_text().split()[-10:] == codes
        expect(page.get_by_role("button", name="Copy")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    at_the_door(page, cast.esha.email)
    page.wait_for_url("**/accounts/2fa/sign-in/")
    problems += looked_at(page) if js else []
    page.fill("input[name=code]", codes[0])
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/admin/")
    assert Authenticator.objects.get(user=cast.esha, type="recovery_codes").data["used_mask"] == 1
    page.goto("/accounts/me/")
    expect(page.get_by_text("9 are left.")).to_be_visible()
    page.get_by_role("link", name="Make new ones").click()
    # The recovery code was a proof a moment ago.
    page.wait_for_url("**/accounts/2fa/codes/new/")
    problems += looked_at(page) if js else []
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert not problems, "\n".join(problems)


def test_a_form_that_was_sent_too_late_is_sent_again(cast, open_page, settings):
    """A therapist is called away in the middle of a task, and loses nothing."""
    from django.contrib.sessions.models import Session

    from accounts.sign_in import devices
    from tests.support.browsing import sign_in

    page = sign_in(open_page(), cast.meera.email)
    page.goto(f"/clients/{cast.asha.pk}/tasks/")
    title = page.locator("main [name=title]")
    title.fill("Write down one good moment each day")
    for row in Session.objects.all():
        store = row.get_session_store_class()(row.session_key)
        if devices.SEEN in store:
            store[devices.SEEN] = time.time() - settings.STAFF_IDLE_SECONDS - 1
            store.save()
    title.press("Enter")
    page.wait_for_url("**/accounts/login/**")
    waiting = page.url.partition("next=")[2]
    sign_in(page, cast.meera.email)
    page.goto(waiting)
    expect(page.get_by_text("Write down one good moment each day")).to_be_visible()
    problems = looked_at(page)
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url(f"**/clients/{cast.asha.pk}/**")
    assert cast.asha.tasks.get().title == "Write down one good moment each day"
    assert not problems, "\n".join(problems)
