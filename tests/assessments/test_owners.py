"""Who owns an attempt: nobody, or one person; keeping and deleting it."""

import pytest

from assessments.models import Answer, Attempt, Result
from clients.intake import actions as intake
from clients.rights import erasure
from tests.support.assessments.attempts import published, started, submitted
from tests.support.clients.erasing import granted

PAGES = ("", "review/", "result/", "delete/")


@pytest.fixture
def version(db):
    return published()


def test_a_signed_in_persons_attempt_is_theirs_from_the_start(version, browser_of, cast):
    browser = browser_of(cast.asha.user)
    browser.post("/assessments/small/start/", {"adult": "on", "consent": "on"})
    attempt = Attempt.objects.get()
    assert attempt.user == cast.asha.user
    assert browser.get(attempt.get_absolute_url()).status_code == 200
    assert list(Attempt.objects.visible_to(cast.asha.user)) == [attempt]
    assert not Attempt.objects.visible_to(cast.rohan.user)


@pytest.mark.parametrize("page", PAGES)
def test_the_key_opens_nothing_for_others(version, browser_of, cast, page):
    attempt = submitted(version, by=cast.asha.user)
    address = attempt.get_absolute_url() + page
    visitor = browser_of().get(address)
    assert visitor.status_code == 302
    assert visitor.headers["Location"].startswith("/accounts/login/")
    for part, user in cast.users().items():
        if part != "owner client":
            assert browser_of(user).get(address).status_code == 404, part


@pytest.mark.parametrize("make", [started, submitted])
def test_keeping_an_anonymous_attempt(version, browser_of, cast, make):
    attempt = make(version, answers={"q1": 6, "q2": 3, "q3": 2, "q4": 7})
    keep = f"{attempt.get_absolute_url()}keep/"
    assert browser_of().post(keep).status_code == 302
    attempt.refresh_from_db()
    assert attempt.user is None
    browser = browser_of(cast.asha.user)
    assert browser.post(keep).status_code == 302
    attempt.refresh_from_db()
    assert attempt.user == cast.asha.user
    assert browser.get(attempt.get_absolute_url(), follow=True).status_code == 200
    assert browser.post(keep).status_code == 302
    assert browser_of(cast.rohan.user).post(keep).status_code == 404
    assert browser_of().get(attempt.get_result_url()).status_code == 302


def test_the_result_page_offers_to_keep(version, browser_of, cast):
    attempt = submitted(version)
    assert b"Sign in to keep it" in browser_of().get(attempt.get_result_url()).content
    page = browser_of(cast.asha.user).get(attempt.get_result_url()).content
    assert b"Keep this with my account" in page


def test_deleting_leaves_no_row(version, browser_of):
    attempt = submitted(version)
    address = f"{attempt.get_absolute_url()}delete/"
    assert b"Delete your answers?" in browser_of().get(address).content
    assert Attempt.objects.exists()
    assert b"are deleted" in browser_of().post(address).content
    assert not Attempt.objects.exists()
    assert not Answer.objects.exists()
    assert not Result.objects.exists()
    assert browser_of().get(attempt.get_result_url()).status_code == 404


def test_a_persons_attempt_is_not_deleted_here(version, browser_of, cast):
    attempt = submitted(version, by=cast.asha.user)
    browser = browser_of(cast.asha.user)
    assert browser.post(f"{attempt.get_absolute_url()}delete/").status_code == 404
    assert b"Delete my answers" not in browser.get(attempt.get_result_url()).content


def test_erasing_a_person_erases_their_attempts(version, cast):
    submitted(version, by=cast.asha.user)
    granted(cast.asha, cast.manoj)
    erasure.erase(client=cast.asha)
    assert not Result.objects.exists()


def test_only_managers_see_instruments_in_the_admin(version, browser_of, cast):
    listing = "/admin/assessments/instrumentversion/"
    assert browser_of(cast.manoj).get(listing).status_code == 200
    assert browser_of(cast.manoj).get(f"{listing}{version.pk}/change/").status_code == 200
    for user in (cast.esha, cast.meera):
        assert browser_of(user).get(listing).status_code == 403
    for name in ("attempt", "answer", "result"):
        assert browser_of(cast.manoj).get(f"/admin/assessments/{name}/").status_code == 404


def test_a_manager_retires_and_publishes(version, browser_of, cast):
    browser = browser_of(cast.manoj)
    for action, status in (("retire", "retired"), ("publish", "published")):
        posted = {"action": action, "_selected_action": [str(version.pk)], "confirm": "yes"}
        browser.post("/admin/assessments/instrumentversion/", posted)
        version.refresh_from_db()
        assert version.status == status


def test_an_attempt_is_kept_after_accepting_an_invitation(version, browser_of, cast):
    """In the same browser: the private link, the invitation, the private link again."""
    browser = browser_of()
    attempt = submitted(version)
    assert b"If the practice has invited you" in browser.get(attempt.get_result_url()).content
    client, _invitation, token = intake.invite_client(
        email="new@example.org", name="New", therapist=cast.meera, by=cast.meera
    )
    address = f"/accounts/invitations/{token}/"
    shown = browser.get(address).context["form"].initial["shown"]
    values = {"password": "quiet hills and a river", "agree": "on", "shown": shown}
    answer = browser.post(address, values)
    assert answer.status_code == 302
    assert b"Keep this with my account" in browser.get(attempt.get_result_url()).content
    browser.post(f"{attempt.get_absolute_url()}keep/")
    attempt.refresh_from_db()
    assert attempt.user == client.user
    assert attempt.expires_at is None
    assert browser_of().get(attempt.get_result_url()).status_code == 302


def test_every_page_of_an_anonymous_attempt_links_to_deleting_it(db, browser_of):
    attempt = started(published())
    for address in (attempt.get_absolute_url(), f"{attempt.get_absolute_url()}review/"):
        page = browser_of().get(address).content.decode()
        assert f"{attempt.get_absolute_url()}delete/" in page
        assert "still open" not in page
