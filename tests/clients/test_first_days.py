"""What new clients read on top of their path, and who says it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from accounts.consent_texts.blanks import Blank
from accounts.database import row_security
from accounts.models import AuditEvent, PracticeDetail
from accounts.people import queries
from clients.first_days import actions, welcome
from clients.first_days.welcome import Detail
from clients.journey import Kind
from clients.models import Session
from clients.path import actions as path
from tests.support.consents import VALUES
from tests.support.page_parts import main
from tests.support.sql import ask, refused

ADDRESS = "/practice/first-days/"
SAID = {
    "first_contact": "canary-next: your therapist writes within two days.",
    "place": "canary-place, second floor.",
    "prepare": "canary-prepare: nothing.",
    "languages": "English\nTamil\n\n  Tamil ",
}


def said(**changed) -> dict[str, str]:
    return {"seen": queries.fingerprint(queries.of_practice(), Detail)} | SAID | changed


def on_path(browser) -> str:
    box = LexborHTMLParser(browser.get("/path/").content.decode()).css_first("#first-days")
    return " ".join(box.text().split()) if box else ""


values = st.text(alphabet="ab .\n[]…", max_size=12)


@given(st.dictionaries(st.sampled_from([*Detail, *Blank]), values))
def test_a_part_is_shown_or_blank(filled):
    shown = {part.name: part.texts for part in welcome.parts(filled)}
    blank = set(welcome.blank(filled))
    for name, details in welcome.PARTS.items():
        assert len(shown.get(name, ())) == len([one for one in details if one not in blank])
    assert all(text for texts in shown.values() for text in texts)


def test_lines_stay_lines_except_in_the_list_of_languages():
    written = {"prepare": "A drink.\nA pen.\n", "languages": "English\nTamil\nEnglish"}
    shown = {part.name: part.texts for part in welcome.parts(written)}
    assert shown == {"prepare": ("A drink.\nA pen.",), "languages": ("English, Tamil",)}


def test_a_new_client_reads_what_happens_next(cast, browser_of, settings):
    settings.PRACTICE_CONTACT = {"EMAIL": "canary@example.org"}
    manager, client = browser_of(cast.manoj), browser_of(cast.asha.user)
    assert manager.post(ADDRESS, said()).url == ADDRESS
    box = on_path(client)
    for text in ("canary-next", "canary-place", "canary-prepare", "English, Tamil"):
        assert text in box
    for blank in (Blank.FEES, Blank.CANCELLATION, Blank.CONTACT, Blank.ONLINE):
        assert VALUES[blank] in box, "what the consent texts say already"
    assert "canary@example.org" in box


def test_what_is_blank_is_not_shown_to_clients_and_named_to_the_manager(cast, browser_of):
    manager, client = browser_of(cast.manoj), browser_of(cast.asha.user)
    manager.post(ADDRESS, said(prepare="  "))
    assert "How to prepare" not in on_path(client)
    assert "Still blank: How to prepare." in " ".join(main(manager.get(ADDRESS)).split())
    assert "1 blank" in main(manager.get("/practice/"))
    PracticeDetail.objects.all().delete()
    assert on_path(client) == ""
    assert "every part is empty" in main(manager.get(ADDRESS))


def test_it_can_be_folded_away_and_opened_again(cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert "fold it away" in on_path(browser)
    for _twice in range(2):
        assert browser.post("/path/first-days/").url == "/path/"
    page = LexborHTMLParser(browser.get("/path/").content.decode())
    box = page.css_first("details#first-days")
    assert "open" not in box.attributes
    assert VALUES[Blank.FEES] in box.text()


def test_it_ends_with_the_first_session(cast, browser_of):
    browser = browser_of(cast.asha.user)
    at = timezone.now() - timedelta(hours=2)
    session = Session.objects.create(client=cast.asha, therapist=cast.meera, at=at)
    assert on_path(browser)
    Session.objects.filter(pk=session.pk).update(state="held", recorded_at=timezone.now())
    assert on_path(browser) == ""


def test_nobody_whose_path_is_paused_is_told_what_happens_next(cast, browser_of):
    seen = cast.asha.journey.version
    path.change_path(client=cast.asha, kind=Kind.PAUSE, by=cast.meera, seen=seen, reason="away")
    assert on_path(browser_of(cast.asha.user)) == ""


def test_a_gap_or_a_long_line_comes_back_with_everything_that_was_typed(cast, browser_of):
    manager = browser_of(cast.manoj)
    answer = manager.post(ADDRESS, said(place="Room [number]", languages="English " * 9))
    assert answer.status_code == 422
    page = answer.content.decode()
    for text in ("[number]", "on a line of its own", "canary-prepare"):
        assert text in page
    assert not PracticeDetail.objects.filter(name="place").exists()


def test_two_managers_do_not_overwrite_each_other(cast, browser_of):
    manager, seen = browser_of(cast.manoj), said()
    manager.post(ADDRESS, seen)
    answer = manager.post(ADDRESS, seen | {"place": "another-place"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "canary-place" in page
    assert "another-place" in page
    PracticeDetail.objects.filter(name="fees").update(value="changed elsewhere")
    assert manager.post(ADDRESS, said(place="another-place")).status_code == 302
    assert AuditEvent.objects.filter(verb="practice details changed").count() == 2


def test_only_the_client_folds_it_away(cast):
    with pytest.raises(PermissionDenied):
        actions.fold(client=cast.asha, by=cast.meera)
    fold = f"UPDATE clients_client SET first_days_folded_at = now() WHERE id = '{cast.asha.pk}'"
    for user in (cast.meera, cast.manoj, cast.rohan.user):
        with row_security.web_role():
            row_security.set_actor(user)
            assert refused(fold) or ask(fold) == [(0,)], user
    with row_security.web_role():
        row_security.set_actor(cast.asha.user)
        assert ask(fold) == [(1,)]
