"""Every main page in real Chromium: axe finds nothing serious, nothing scrolls sideways, and help
is one tap away."""

import pytest

from psywellpath.demonstration import PASSWORD
from psywellpath.demonstration.load import load
from tests.support import cast as people
from tests.support.browsing import (
    LOOKS,
    enter,
    far_from_help,
    scrolls_sideways,
    scrolls_sideways_in_large_text,
    serious,
    sign_in,
    small_targets,
)
from tests.support.pictures import PAGES, go
from tests.support.thorough import THOROUGH, some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Every page of the other roles has axe in clients/test_browser_records.py.
EVERYBODY = {who or "visitor" for who, _address in PAGES.values()}
ROLES = sorted(EVERYBODY if THOROUGH else {"visitor", "editor"})


@pytest.mark.trust
@pytest.mark.parametrize("role", ROLES)
def test_pages(open_page, live_server, capsys, role):
    load()
    page = open_page("/")
    if role != "visitor":
        sign_in(page, f"{role}@example.com", PASSWORD)
        page.wait_for_url(lambda url: "/login/" not in url)
    problems, near = [], 0
    theirs = [(name, where) for name, (who, where) in PAGES.items() if (who or "visitor") == role]
    tried = some(range(len(theirs)), 2)
    for number, (name, address) in enumerate(theirs):
        go(page, live_server.url, address)  # Some pages are only reached through the one before.
        if number not in tried:
            continue
        # The desk has tests of its own.
        for width, scheme in some(LOOKS, 2, start=number // 2):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            targets = [] if name.endswith("-print") else small_targets(page)
            problems += [f"{name} {width} {scheme} {found}" for found in targets + serious(page)]
        page.set_viewport_size({"width": 320, "height": 700})
        if scrolls_sideways(page) and not name.endswith("-print"):
            problems.append(f"{name} scrolls sideways at 320")
        if not name.endswith("-print"):
            problems += [f"{name} {problem}" for problem in far_from_help(page)]
            near += 1
        if scrolls_sideways_in_large_text(page) and not name.endswith("-print"):
            problems.append(f"{name} scrolls sideways at 390 with text of 200 %")
    assert not problems, "\n".join(problems)
    with capsys.disabled():
        print(f"\nhelp now, {role}: 1 tap and 0 scrolls to a number that calls, on {near} pages")


@pytest.mark.quick
def test_a_few_pages_on_the_narrowest_phone(open_page):
    """Other tests check every page; these few show quickly that a style is wrong."""
    cast = people.make()
    page = open_page("/", width=320)
    sideways = [
        where
        for where in ("/", "/articles/", "/assessments/", "/enquiry/", "/accounts/login/")
        if page.goto(where) and scrolls_sideways(page)
    ]
    enter(page, cast.meera)
    sideways += [
        where
        for where in ("/caseload/", f"/clients/{cast.asha.pk}/")
        if page.goto(where) and scrolls_sideways(page)
    ]
    assert not sideways, f"{sideways} scroll sideways at 320 pixels: what is wider than the page?"
