"""A real Chromium for tests: its fixtures, and the checks made on every page.

Without Chromium the browser tests are skipped, and `make test` says so; under CI they fail.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin
from weakref import WeakSet

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    sync_playwright,
)

from accounts.models import User
from articles.public_version.looker import looker
from psywellpath.kept_pages import STORE
from tests.support.cast import PASSWORD
from tests.support.signing_in import session_of
from tests.support.thorough import some

# The address box is a page of Chromium's own, drawn again for each window, and costs more time than
# our pages. Only the last list of features counts, so it repeats Playwright's own.
WITHOUT = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "HttpsUpgrades",
           "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
           "ThirdPartyStoragePartitioning", "OptimizationHints", "NetworkTimeServiceQuerying",
           "PreconnectToSearch", "DestroyProfileOnBrowserClose", "TcpPortRandomizationWin",
           "AvoidUnnecessaryBeforeUnloadCheckSync",
           "AvoidCorsURLLoaderRestartOnRedirect"]  # fmt: skip
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         f"--disable-features={','.join(WITHOUT)}"]  # fmt: skip
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
OpenPage = Callable[..., Page]
AXE = Axe().axe_script
RUN_AXE = "axe.run({resultTypes: ['violations']}).then(report => report.violations)"
# A wide and a narrow window, one of them light and the other dark; if THOROUGH, each with both.
LOOKS = some([(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], 3)
SMALL_TARGETS = Path(__file__).with_name("small_targets.js").read_text()
HELP_AT_HAND = Path(__file__).with_name("help_at_hand.js").read_text()
# Axe adds inline styles to the pages it checks; our policy refuses them, which logs errors.
CHECKED_BY_AXE: WeakSet[Page] = WeakSet()


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    path = chromium()
    if not path:
        if os.environ.get("CI"):
            pytest.fail("no Chromium, and under CI the browser tests must not be skipped")
        pytest.skip("no Chromium: set CHROMIUM, or install it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def pages_are_kept(transactional_db, settings, monkeypatch) -> Iterator[None]:
    """As in production, but each request looks whether the pages are still the present ones."""
    settings.KEPT_PAGES = True
    monkeypatch.setattr("articles.public_version.looker.SECONDS", 0)
    STORE.clear()
    yield
    STORE.clear()
    looker.forget()


@pytest.fixture
def open_page(
    chromium_browser: Browser, live_server, transactional_db, settings, pages_are_kept
) -> Iterator[OpenPage]:
    """Opens a page in a browser of its own: `open_page("/", js=False, width=390)`.

    A failing script or a violated content security policy fails the test at its end.
    """
    settings.SITE_URL = live_server.url
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_it(address: str = "/", *, js: bool = True, width: int = 1280, **options) -> Page:
        context = chromium_browser.new_context(
            base_url=live_server.url,
            java_script_enabled=js,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(30_000)  # A busy machine is slow.
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda m: is_complaint(page, m) and complaints.append(page.url + m.text))
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    # A page that answers 4xx or 5xx on purpose is no complaint.
    real = [text for text in complaints if "Failed to load resource" not in text]
    assert not real, real


def is_complaint(page: Page, message: ConsoleMessage) -> bool:
    by_axe = page in CHECKED_BY_AXE and "Applying inline style" in message.text
    return message.type == "error" and not by_axe


def wait_until(page: Page, expression: str, seconds: int = 30) -> None:
    """Waits until the expression is true. From its second look on, `wait_for_function` evaluates it
    within the page, which the page's own policy refuses."""
    for _ in range(10 * seconds):
        try:
            if page.evaluate(expression):
                return
        except Error:
            page.wait_for_load_state()  # The browser was leaving the page.
        page.wait_for_timeout(100)
    raise AssertionError(f"not within {seconds} s: {expression}")


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    """Signs a client in by password; staff get a session that has passed a second factor."""
    user = User.objects.filter(email=email).first()
    if user and user.is_staff and user.check_password(password):
        return enter(page, user)
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.click("main button:has-text('Sign in')")
    return page


def enter(page: Page, user: User) -> Page:
    """Signs in by a session that has just reauthenticated, so that no page asks for it again."""
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user)}
    page.context.add_cookies([cookie | {"url": urljoin(page.url, "/")}])
    page.goto("/accounts/")
    return page


def violations(page: Page, impacts: tuple[str, ...] = ()) -> list[str]:
    """Axe's findings as text: all of them, or those with one of these impacts.

    Axe is injected into a page only once, and only its findings are sent back.
    """
    CHECKED_BY_AXE.add(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violated = page.evaluate(RUN_AXE)
    return [
        f"{page.url} {rule['id']} ({rule['impact']}): {node['html'][:120]}"
        for rule in violated
        if not impacts or rule["impact"] in impacts
        for node in rule["nodes"]
    ]


def serious(page: Page) -> list[str]:
    """Axe's serious and critical findings as text."""
    return violations(page, ("serious", "critical"))


def small_targets(page: Page) -> list[str]:
    """What is smaller than 44 CSS pixels, on a page of staff than 32, on either side."""
    return [f"too small to hit: {target}" for target in page.evaluate(SMALL_TARGETS)]


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def far_from_help(page: Page) -> list[str]:
    """What is wrong with the way from the page as it opens to a call.

    Counted is what comes before the press on a number: one tap on "Help now", and no scrolling. A
    page without the head has the numbers on its first screen. The admin's small windows lie above
    a page that has the head.
    """
    if page.locator("body.popup").count():
        return []
    wanted = {"14416", "112"}
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    reach = page.evaluate(HELP_AT_HAND)
    if not reach["button"]:
        missing = wanted - set(reach["numbers"])
        return [f"no 'Help now' on the first screen, and no {missing}"] if missing else []
    page.locator(".help-link").click()
    missing = wanted - set(page.evaluate(HELP_AT_HAND)["numbers"])
    # Closed by a script: a second tap would have Chromium draw the page once more.
    page.evaluate("document.querySelector('.help-link').click()")
    return [f"not to be pressed after one tap on 'Help now': {missing}"] if missing else []


def scrolls_sideways_in_large_text(page: Page) -> bool:
    """On a phone, with the browser's own text size at 200 %: media queries in rem follow it, which
    they would not with a font size in a style sheet."""
    page.set_viewport_size({"width": 390, "height": 844})
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    sideways = scrolls_sideways(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    session.detach()
    return sideways


def link_in(text: str) -> str:
    """The path of the first link in an email."""
    return re.search(r"https?://[^/\s]+(/\S+)", text).group(1)
