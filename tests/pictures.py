"""Pictures of every main page, at two widths, light and dark: for looking, and for the README.

    python -m tests.pictures http://localhost:8000 FOLDER [name ...]

wants `make run` at that address, with its demonstration people.
"""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from psywellpath.demonstration import PASSWORD

WIDTHS, SCHEMES = (1280, 390), ("light", "dark")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
LEADING = "/articles/healing-relationships-with-attachment-therapy/"
# name: (who, address). An address in braces is found on the page before it.
PAGES = {
    "home": (None, "/"),
    "articles": (None, "/articles/"),
    "article": (None, LEADING),
    "author": (None, "/articles/authors/neeshu-rathore/"),
    "topic": (None, "/articles/topics/attachment-and-relationships/"),
    "search": (None, "/articles/search/?q=attachment"),
    "search-nothing": (None, "/articles/search/?q=zxqv"),
    "assessments": (None, "/assessments/"),
    "intro": (None, "/assessments/closeness/"),
    "start": (None, "/assessments/closeness/start/"),
    "privacy": (None, "/privacy/"),
    "enquiry": (None, "/enquiry/"),
    "thanks": (None, "/enquiry/thanks/"),
    "missing": (None, "/nothing/here/"),
    "login": (None, "/accounts/login/"),
    "reset": (None, "/accounts/password/reset/"),
    "path": ("client", "/path/"),
    "looks": ("client", "/path/looks/"),
    "forbidden": ("client", "/caseload/"),
    "account": ("client", "/accounts/password/change/"),
    "own-result": ("client", "/path/ #results li > a"),
    "caseload": ("therapist", "/caseload/"),
    "client": ("therapist", "/caseload/ td.who a"),
    "move": ("therapist", "/caseload/ td.who a >> a.btn-primary"),
    "move-back": ("therapist", "/caseload/ td.who a >> .page-top a.btn-quiet"),
    "client-result": ("therapist", "/caseload/ td.who a >> #results a"),
    "invite": ("therapist", "/clients/invite/"),
    "practice": ("manager", "/practice/"),
    "enquiries": ("manager", "/practice/enquiries/"),
    "admin": ("manager", "/admin/"),
    "admin-people": ("manager", "/admin/accounts/user/"),
    "admin-person": ("manager", "/admin/accounts/user/ #result_list tbody th a"),
    "admin-care-links": ("manager", "/admin/clients/carelink/"),
    "admin-client": ("therapist", "/admin/clients/client/ #result_list tbody th a"),
    "admin-desk": ("editor", "/admin/"),
    "admin-calendar": ("editor", "/admin/articles/article/calendar/"),
    "admin-article-add": ("editor", "/admin/articles/article/add/"),
    "admin-versions": (
        "editor",
        "/admin/articles/article/ #result_list tbody th a >> .object-tools a[href$='versions/']",
    ),
    "admin-articles": ("editor", "/admin/articles/article/"),
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


def go(page: Page, site: str, address: str) -> None:
    """`/path/ selector >> selector`: opens the path, then follows each selector's link."""
    start, _, links = address.partition(" ")
    page.goto(site + start)
    for selector in filter(None, links.split(" >> ")):
        page.goto(site + (page.locator(selector).first.get_attribute("href") or ""))


def take(site: str, folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for role in {who for name, (who, _a) in PAGES.items() if name in names}:
            # No transitions: the picture is of the page at rest.
            context = browser.new_context(reduced_motion="reduce")
            page = context.new_page()
            if role:
                sign_in(page, site, role)
            for name in [n for n in names if PAGES[n][0] == role]:
                go(page, site, PAGES[name][1])
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    for scheme in SCHEMES:
                        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                        page.screenshot(
                            path=folder / f"{name}-{width}-{scheme}.png", full_page=True
                        )
            context.close()
        browser.close()


if __name__ == "__main__":
    site, folder, *wanted = sys.argv[1:]
    take(re.sub("/$", "", site), Path(folder), wanted or list(PAGES))
