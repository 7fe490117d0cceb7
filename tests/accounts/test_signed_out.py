"""After signing out: a page of its own says so, the same for everyone."""

from tests.support.page_parts import main

ADDRESS = "/accounts/signed-out/"


def test_signing_out_leads_to_a_page_that_says_so(cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert browser.post("/accounts/logout/").url == ADDRESS
    page = main(browser.get(ADDRESS))
    for text in ("You are signed out", "If others use this device", "/accounts/login/"):
        assert text in page
    assert browser.get("/path/").status_code == 302


def test_the_page_is_the_same_for_everyone(cast, browser_of):
    """Some who read it are signed in again: it names nobody and sets no cookie."""
    answers = [browser_of(user).get(ADDRESS) for user in (None, cast.asha.user)]
    assert answers[0].content == answers[1].content
    assert not any(answer.cookies for answer in answers)
