"""Takes screenshots of every main page, at two widths, light and dark, to look at.

    python -m tests.support.pictures http://localhost:8000 FOLDER [--as MODE] [name ...]

needs `make run` at that address, with the demonstration loaded. Without a mode, pages that have
room to gain are taken at 1920 pixels, too.
"""

import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from psywellpath.demonstration import PASSWORD

WIDE = {"home", "article", "caseload", "client"}


@dataclass(frozen=True)
class Mode:
    """How a page is looked at: at which widths, in which schemes, and what the browser emulates."""

    widths: tuple[int, ...] = (1280, 390)
    schemes: tuple[str, ...] = ("light", "dark")
    media: dict[str, str] = field(default_factory=dict)
    # Chromium's own settings. Twice the letters are what a person sets in the browser.
    flags: tuple[str, ...] = ()


MODES = {
    "screen": Mode(),
    "forced-colours": Mode(schemes=("dark",), media={"forced_colors": "active"}),
    "contrast": Mode(media={"contrast": "more"}),
    "large-text": Mode((1280, 390), ("light",), flags=("--blink-settings=defaultFontSize=32",)),
    # Also what 400 % zoom leaves of a window of 1280 pixels.
    "narrow": Mode((320,), ("light",)),
    # The width of A4 without its margins.
    "print": Mode((660,), ("light",), media={"media": "print"}),
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
LEADING = "/articles/healing-relationships-with-attachment-therapy/"
# The client of whom the demonstration knows most.
ASHA = "/caseload/ tr:has-text('Asha Verma') td.who a"
# name: (role, address); see `go` for how an address is read.
PAGES = {
    "home": (None, "/"),
    "articles": (None, "/articles/"),
    "article": (None, LEADING),
    "article-danger": (None, "/articles/abnormal-behaviour/"),
    "author": (None, "/articles/authors/psywellpath-sample/"),
    "topic": (None, "/articles/topics/attachment-and-relationships/"),
    "practice-page": (None, "/services-and-fees/"),
    "team": (None, "/team/"),
    "search": (None, "/articles/search/?q=attachment"),
    "search-nothing": (None, "/articles/search/?q=zxqv"),
    "assessments": (None, "/assessments/"),
    "intro": (None, "/assessments/closeness/"),
    "start": (None, "/assessments/closeness/start/"),
    "items": (None, "begin"),
    "review": (None, "review"),
    "result": (None, "submit"),
    "result-print": (None, "print"),
    "delete": (None, "delete"),
    "deleted": (None, "deleted"),
    "younger": (None, "younger"),
    "here": (None, "/assessments/here/"),
    "help": (None, "/help/"),
    "breathing": (None, "/help/breathing/"),
    "offline": (None, "/help/offline/"),
    "search-danger": (None, "/articles/search/?q=suicide"),
    "styleguide": ("therapist", "/styleguide/"),
    "privacy": (None, "/privacy/"),
    "accessibility": (None, "/accessibility/"),
    "enquiry": (None, "/enquiry/"),
    "thanks": (None, "/enquiry/thanks/"),
    "missing": (None, "/nothing/here/"),
    "topic-work": (None, "/articles/topics/work-and-study/"),
    "login": (None, "/accounts/login/"),
    "signed-out": (None, "/accounts/signed-out/"),
    "reset": (None, "/accounts/password/reset/"),
    "path": ("client", "/path/"),
    "own-notes": ("client", "/path/notes/"),
    "own-check-in": ("client", "/path/ .checklist a[href$='/check-in/']"),
    "own-goals": ("client", "/path/goals/"),
    "own-goal": ("client", "/path/goals/ #goals a[href^='/path/goals/']"),
    "client-goals": (
        "therapist",
        f"{ASHA} >> .tabs a[href$='/results/'] >> #goals a[href$='/goals/']",
    ),
    "own-talking-points": ("client", "/path/next-session/"),
    "talking-point": ("client", "/path/next-session/ #talking-points li a[href*='next-session']"),
    "own-results": ("client", "/path/results/"),
    "task": ("client", "/path/ .checklist a[href*='/tasks/']"),
    "record-access": ("client", "/path/looks/"),
    "consents": ("client", "/path/consents/"),
    "named-people": ("client", "/path/people/"),
    "own-contact": ("client", "/path/contact/"),
    "erasure": ("client", "/path/erasure/"),
    "erasures": ("manager", "/practice/erasures/"),
    "data": ("client", "/path/data/"),
    "own-emails": ("client", "/path/emails/"),
    "safety": ("client", "/path/safety/"),
    "safety-edit": ("client", "/path/safety/edit/"),
    "call-me": ("client", "/path/call/"),
    "forbidden": ("client", "/caseload/"),
    "account": ("client", "/accounts/me/"),
    "account-staff": ("therapist", "/accounts/me/"),
    "calendar-address": ("therapist", "/accounts/me/calendar/"),
    "password": ("therapist", "/accounts/password/change/"),
    "address": ("therapist", "/accounts/me/address/"),
    "factors": ("client", "/accounts/2fa/"),
    "factors-staff": ("therapist", "/accounts/2fa/"),
    "factor-passkey": ("therapist", "/accounts/2fa/passkeys/add/"),
    "factor-app-remove": ("therapist", "/accounts/2fa/app/remove/"),
    "factor-codes-new": ("therapist", "/accounts/2fa/codes/new/"),
    "again": ("client", "/accounts/reauthenticate/"),
    "again-code": ("therapist", "/accounts/2fa/again/"),
    "own-result": ("client", "/path/results/ #results li a"),
    "own-history": ("client", "/assessments/closeness/over-time/"),
    "own-session": ("client", "/path/ .next-session a[href^='/path/sessions/']"),
    "agenda": ("therapist", "/agenda/"),
    "agenda-week": ("therapist", "/agenda/ nav a[href*='?week=']"),
    "agenda-unwritten": ("therapist", "/agenda/unwritten/"),
    "caseload": ("therapist", "/caseload/"),
    "caseload-nothing": ("therapist", "/caseload/?q=zxqv"),
    "caseload-empty": ("therapist2", "/caseload/"),
    "client": ("therapist", ASHA),
    "client-new": ("therapist", "/caseload/ tr:has-text('Rohan Iyer') td.who a"),
    "timeline": ("therapist", f"{ASHA} >> .tabs a[href$='/timeline/']"),
    "client-notes": ("therapist", f"{ASHA} >> .tabs a[href$='/notes/']"),
    "client-results": ("therapist", f"{ASHA} >> .tabs a[href$='/results/']"),
    "client-tasks": ("therapist", f"{ASHA} >> .tabs a[href$='/tasks/']"),
    "enquiry-look": ("therapist", "/caseload/ a[href^='/requests/']"),
    "client-contact": ("therapist", f"{ASHA} >> a[href$='/contact/']"),
    "client-safety-edit": (
        "therapist",
        f"{ASHA} >> .tabs a[href$='/safety/'] >> a[href$='/safety/edit/']",
    ),
    "client-safety": ("therapist", f"{ASHA} >> .tabs a[href$='/safety/']"),
    "path-and-care": ("therapist", f"{ASHA} >> .tabs a[href$='/path/']"),
    "path-pause": ("therapist", f"{ASHA} >> .tabs a[href$='/path/'] >> a[href$='/path/pause/']"),
    "note": ("therapist", f"{ASHA} >> .timeline .notes a"),
    "sessions": ("therapist", f"{ASHA} >> .timeline .sessions a"),
    "session-change": ("therapist", f"{ASHA} >> #sessions a[href$='/change/']"),
    "session-series": ("therapist", f"{ASHA} >> #sessions a[href$='/sessions/series/']"),
    "report": ("therapist", f"{ASHA} >> a[href$='/report/']"),
    "move": ("therapist", f"{ASHA} >> a[href$='/move/']"),
    "move-back": ("therapist", f"{ASHA} >> a[href$='/move/'] >> main a[href*='?to=']"),
    "client-result": (
        "therapist",
        f"{ASHA} >> #results a[href*='/results/']:not([href$='/results/'])",
    ),
    "client-history": (
        "therapist",
        f"{ASHA} >> .tabs a[href$='/results/'] >> #results a[href*='/over-time/']",
    ),
    "invite": ("therapist", "/clients/invite/"),
    "practice": ("manager", "/practice/"),
    "practice-consents": ("manager", "/practice/consents/"),
    "practice-care": ("manager", "/practice/ td.who a"),
    "practice-statistics": ("manager", "/practice/figures/"),
    "audit-log": ("manager", "/practice/trail/"),
    "practice-cover": ("manager", "/practice/cover/"),
    "callbacks": ("manager", "/practice/calls/"),
    "enquiries": ("manager", "/practice/enquiries/"),
    "enquiry-answer": ("manager", "/practice/enquiries/ td.who a"),
    "audit-log-nothing": ("manager", "/practice/trail/?address=192.0.2.1"),
    "practice-found": ("manager", "/practice/?q=zxqv"),
    "measurements": ("manager", "/practice/measurement/"),
    "measurement": ("manager", "/practice/measurement/ td.who a"),
    "admin": ("manager", "/admin/"),
    "admin-upload": ("manager", "/admin/assessments/instrumentversion/add/"),
    "admin-instrument": (
        "manager",
        "/admin/assessments/instrumentversion/ #result_list tbody th a",
    ),
    "admin-known": ("manager", "/admin/assessments/scalefact/add/"),
    "preview": (
        "manager",
        "/admin/assessments/instrumentversion/ #result_list tbody th a"
        " >> .object-tools a[href$='/preview/']",
    ),
    "admin-people": ("manager", "/admin/accounts/user/"),
    "admin-person": ("manager", "/admin/accounts/user/ #result_list tbody th a"),
    "admin-care-links": ("manager", "/admin/clients/carelink/"),
    "admin-client": ("therapist", "/admin/clients/client/ #result_list tbody th a"),
    "admin-desk": ("editor", "/admin/"),
    "admin-calendar": ("editor", "/admin/articles/article/calendar/"),
    "admin-article-add": ("editor", "/admin/articles/article/add/"),
    "admin-versions": (
        "editor",
        "/admin/articles/article/ #result_list tbody th a >> .recent a[href$='versions/']",
    ),
    "admin-articles": ("editor", "/admin/articles/article/"),
    "admin-articles-none": ("editor", "/admin/articles/article/?q=zxqv"),
    "admin-pages": ("editor", "/admin/articles/page/"),
    "admin-page": ("editor", "/admin/articles/page/ #result_list tbody th a"),
    "admin-site-texts": ("editor", "/admin/articles/sitetexts/add/"),
    "admin-topics": ("editor", "/admin/articles/topic/"),
    "admin-topic": ("editor", "/admin/articles/topic/ #result_list tbody th a"),
    "admin-pictures": ("editor", "/admin/articles/image/"),
    "admin-history": (
        "editor",
        "/admin/articles/article/ #result_list tbody th a >> .recent a[href*='/history/']",
    ),
    "admin-delete": (
        "editor",
        "/admin/articles/topic/ #result_list tbody th a >> .submit-row a.deletelink",
    ),
    "admin-audience": (
        "manager",
        "/admin/assessments/instrumentversion/ #result_list tbody th a"
        " >> .object-tools a[href$='/audience/']",
    ),
    "admin-names": (
        "manager",
        "/admin/assessments/instrumentversion/ #result_list tbody th a"
        " >> .object-tools a[href$='/names/']",
    ),
    "admin-move": (
        "therapist",
        "/admin/clients/client/ #result_list tbody th a >> .object-tools a[href$='/move/']",
    ),
    "admin-care-link-add": ("manager", "/admin/clients/carelink/add/"),
    "admin-article": ("editor", "/admin/articles/article/ #result_list tbody th a"),
}


def chromium() -> str:
    return os.environ.get("CHROMIUM") or "/usr/bin/chromium"


def sign_in(page: Page, site: str, role: str) -> None:
    page.goto(site + "/accounts/login/")
    page.fill("input[name=login]", f"{role}@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda address: "/login/" not in address)
    if "/2fa/" in page.url:
        command = [sys.executable, "manage.py", "demonstration_code", f"{role}@example.com"]
        code = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        page.fill("input[name=code]", code.strip())
        page.click("main button:has-text('Continue')")
        page.wait_for_url(lambda address: "/2fa/" not in address)


# Of a step: the one before it, and what the address of the page contains that this leads to.
BEFORE = {"review": ("begin", "/attempts/"), "submit": ("review", "/review/")}


def take_assessment(page: Page, site: str, step: str) -> None:
    """Takes a visitor through the questionnaire, one step further with each call.

    What comes before a step is done first, if its page is not open.
    """
    before, place = BEFORE.get(step, ("", ""))
    if place not in page.url:
        take_assessment(page, site, before)
    if step == "begin":
        page.goto(site + "/assessments/closeness/start/")
        page.get_by_label("My mother").check()
        page.get_by_label("I am 18 or older.").check()
        page.get_by_label("I have read").check()
        page.get_by_role("button", name="Show me the first").click()
        page.locator(".question").nth(0).locator(".scale label").nth(5).click()
        page.locator(".question").nth(1).locator(".scale label").nth(2).click()
        page.locator("[data-status]", has_text="saved").wait_for()
    elif step == "review":
        for number in range(1, 7):
            page.goto(page.url.split("?")[0] + f"?page={number}")
            for at, value in enumerate((6, 2, 5, 3)[: 4 if number < 6 else 3]):
                page.locator(".question").nth(at).locator(".scale label").nth(value - 1).click()
            page.get_by_role("button", name=re.compile("Save and")).click()
            page.wait_for_url(f"**?page={number + 1}" if number < 6 else "**/review/")
    elif step == "submit":
        page.get_by_role("button", name="Show my result").click()
        page.wait_for_url("**/result/")
    elif step == "delete":
        page.goto(page.url.replace("/result/", "/delete/"))
    elif step == "deleted":
        page.locator("main form button").click()
        page.get_by_text("Your answers are deleted").wait_for()
    elif step == "younger":
        page.goto(site + "/assessments/closeness/start/")
        page.get_by_role("button", name="I am younger").click()
        page.get_by_text("Good that you are asking").wait_for()


def go(page: Page, site: str, address: str) -> None:
    """`/path/ selector >> selector`: opens the path, then follows each selector's link."""
    # On every way: a page after the printed one is on a screen again.
    page.emulate_media(media="print" if address == "print" else "screen")
    if not address.startswith("/"):
        take_assessment(page, site, address)
        return
    start, _, links = address.partition(" ")
    page.goto(site + start)
    for selector in filter(None, links.split(" >> ")):
        page.goto(site + (page.locator(selector).first.get_attribute("href") or ""))


def take(site: str, folder: Path, names: list[str], mode: Mode) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *mode.flags])
        for role in {who for name, (who, _a) in PAGES.items() if name in names}:
            # No transitions: the picture is of the page at rest.
            context = browser.new_context(reduced_motion="reduce")
            page = context.new_page()
            if role:
                sign_in(page, site, role)
            for name in [n for n in names if PAGES[n][0] == role]:
                go(page, site, PAGES[name][1])
                if mode.media:
                    page.emulate_media(**mode.media)  # type: ignore[arg-type]
                wide = (1920,) if mode == MODES["screen"] and name in WIDE else ()
                for width in wide + mode.widths:
                    page.set_viewport_size({"width": width, "height": 900})
                    for scheme in mode.schemes:
                        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                        page.screenshot(
                            path=folder / f"{name}-{width}-{scheme}.png", full_page=True
                        )
            context.close()
        browser.close()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=list(PAGES))
    parser.add_argument("--as", dest="mode", choices=MODES, default="screen")
    options = parser.parse_intermixed_args()
    take(re.sub("/$", "", options.site), options.folder, options.names, MODES[options.mode])
