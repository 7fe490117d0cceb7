"""Whom a client names: written by them alone, read by their therapists, kept in versions."""

import pytest
from django.db import connection

from accounts.database import row_security
from accounts.models import AuditEvent
from clients.models import Nomination
from clients.rights import export
from tests.support.page_parts import main

ADDRESS = "/path/people/"
SAID = {
    "nominee": "canary-nominee, my sister",
    "representative": "canary-representative",
    "directive": "canary-directive",
}


def test_a_client_names_people_and_their_therapist_reads_it(cast, browser_of):
    own = browser_of(cast.asha.user)
    assert own.post(ADDRESS, SAID | {"seen": 0}).url == ADDRESS
    own.post(ADDRESS, SAID | {"seen": 0})  # a double click
    assert Nomination.objects.get().version == 1
    assert AuditEvent.objects.get(verb="people named").client == cast.asha.pk
    for browser, address in [
        (own, ADDRESS),
        (browser_of(cast.meera), f"/clients/{cast.asha.pk}/path/"),
    ]:
        shown = main(browser.get(address))
        assert all(text in shown for text in SAID.values())
    assert (
        "canary"
        not in browser_of(cast.manoj).get(f"/practice/care/{cast.asha.pk}/").content.decode()
    )
    rows = export.gather(cast.asha)["clients.Nomination"]
    assert [row["nominee"] for row in rows] == [SAID["nominee"]]


def test_everything_may_stay_empty_and_be_taken_back(cast, browser_of):
    own = browser_of(cast.asha.user)
    own.post(ADDRESS, SAID | {"seen": 0})
    own.post(ADDRESS, {"nominee": "", "representative": "", "directive": "", "seen": 1})
    assert [one.version for one in Nomination.objects.all()] == [2, 1]
    record = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/path/")
    assert "People they name" not in main(record)


def test_two_tabs_lose_nothing(cast, browser_of):
    own = browser_of(cast.asha.user)
    own.post(ADDRESS, SAID | {"seen": 0})
    answer = own.post(ADDRESS, {"nominee": "canary-other", "seen": 0})
    assert answer.status_code == 409
    shown = main(answer)
    assert "canary-other" in shown
    assert "canary-representative" in shown
    assert own.post(ADDRESS, {"nominee": "canary-other", "seen": 1}).status_code == 302
    assert Nomination.objects.count() == 2


def test_a_text_that_is_too_long_comes_back(cast, browser_of):
    answer = browser_of(cast.asha.user).post(ADDRESS, {"nominee": "x" * 501, "seen": 0})
    assert answer.status_code == 422
    assert "x" * 501 in main(answer)


def test_the_words_are_not_in_the_table(cast, browser_of):
    browser_of(cast.asha.user).post(ADDRESS, SAID | {"seen": 0})
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM clients_nomination t")
        assert "canary" not in str(cursor.fetchall())


@pytest.mark.trust
def test_only_the_client_and_their_therapists_reach_the_row(cast, browser_of):
    browser_of(cast.asha.user).post(ADDRESS, SAID | {"seen": 0})
    for person in (cast.asha.user, cast.meera, cast.rohan.user, cast.vikram, cast.farah, cast.manoj,
                   cast.esha):  # fmt: skip
        with row_security.web_role():
            row_security.set_actor(person)
            reaches = person in (cast.asha.user, cast.meera)
            assert Nomination.objects.exists() == reaches, person
