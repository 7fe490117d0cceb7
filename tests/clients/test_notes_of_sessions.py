"""A note is about a session or a day. What is recorded about the session later leaves the note as
it is."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security
from clients.models import Note, Session
from clients.notes import actions as notes
from clients.rights import export
from clients.sessions import actions as sessions
from tests.support.page_parts import main


def session(client, by, days: int = 2, state="held") -> Session:
    at, recorded = timezone.now() - timedelta(days=days), timezone.now()
    return Session.objects.create(
        client=client, therapist=by, at=at, state=state,
        recorded_at=None if state == "planned" else recorded,
    )  # fmt: skip


@pytest.fixture
def held(cast) -> Session:
    return session(cast.asha, cast.meera)


def data(**more) -> dict:
    fields = {"key": str(uuid.uuid4()), "seen": 0, "text": "canary-said", "audience": "private"}
    return fields | {"sign": "yes"} | more


def chosen(page) -> str | None:
    option = LexborHTMLParser(page.content.decode()).css_first("select[name=session] [selected]")
    return option.attributes["value"] or None if option else None


def test_a_note_of_a_session_keeps_its_words_when_the_session_is_corrected(cast, browser_of, held):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    assert chosen(browser.get(record)) is None
    assert chosen(browser.get(f"{record}?session={held.pk}")) == str(held.pk)
    browser.post(f"{record}notes/", data(session=held.pk, about="2001-01-01"))
    note = Note.objects.get()
    assert (note.session, note.about, note.text) == (held, None, "canary-said")
    pages = [record, f"{record}notes/", f"{record}timeline/", note.get_absolute_url()]
    for page in pages:
        text = " ".join(main(browser.get(page)).split())
        assert f"session of {held.when()}" in text, page
        assert '<span class="tag warn">missed</span>' not in text, page
    sessions.record_session(session=held, by=cast.meera, state=Session.State.MISSED)
    for page in pages:
        text = " ".join(main(browser.get(page)).split())
        assert "canary-said" in text, page
        assert f"session of {held.when()}" in text, page
        assert '<span class="tag warn">missed</span>' in text, page


def test_a_note_stands_alone_with_a_day(cast, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    today = timezone.localdate()
    yesterday, tomorrow = (today + timedelta(days=n) for n in (-1, 1))
    refused = browser.post(f"{record}notes/", data(about=str(tomorrow)))
    assert refused.status_code == 422
    assert "This day is in the future." in main(refused)
    assert "canary-said" in main(refused)
    browser.post(f"{record}notes/", data())
    assert Note.objects.get().about == today
    assert "about " not in main(browser.get(Note.objects.get().get_absolute_url()))
    browser.post(f"{record}notes/", data(about=str(yesterday)))
    other = Note.objects.get(about=yesterday)
    assert f"about {yesterday.day} {yesterday:%B %Y}" in main(browser.get(other.get_absolute_url()))


@pytest.mark.parametrize("named", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_session_that_does_not_exist_is_not_offered(cast, browser_of, held, named):
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/?session={named}")
    assert page.status_code == 200
    assert chosen(page) is None


def test_todays_session_is_chosen_once_it_has_begun(cast, browser_of):
    record = f"/clients/{cast.asha.pk}/"
    begun = session(cast.asha, cast.meera, days=0, state="planned")
    browser = browser_of(cast.meera)
    assert chosen(browser.get(record)) == str(begun.pk)
    browser.post(f"{record}notes/", data(session=begun.pk))
    assert chosen(browser.get(record)) is None  # It has its note now.


def test_no_note_is_about_the_session_of_another_client(cast, browser_of):
    """Neither by the page, nor by the action, nor by SQL."""
    theirs = session(cast.rohan, cast.vikram)
    page = browser_of(cast.meera).post(
        f"/clients/{cast.asha.pk}/notes/", data(session=str(theirs.pk))
    )
    assert page.status_code == 422
    with pytest.raises(PermissionDenied):
        notes.write_note(
            client=cast.asha, by=cast.meera, text="x", audience="private", session=theirs
        )
    draft = notes.keep_draft(
        client=cast.asha, by=cast.meera, text="x", audience="private", key=uuid.uuid4()
    )
    with row_security.web_role():
        row_security.set_actor(cast.meera)
        with pytest.raises(DatabaseError), transaction.atomic():
            Note.objects.filter(pk=draft.pk).update(session=theirs)
    assert not Note.objects.filter(session=theirs).exists()


def test_the_database_takes_a_session_or_a_day_and_keeps_what_is_signed(cast, held):
    note = notes.write_note(
        client=cast.asha, by=cast.meera, text="x", audience="private", about=timezone.localdate()
    )
    for change in ({"session": held, "about": None}, {"about": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(**change)
    draft = notes.keep_draft(
        client=cast.asha, by=cast.meera, text="y", audience="private", key=uuid.uuid4(),
        session=held,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=draft.pk).update(about=timezone.localdate())


def test_a_draft_moves_to_another_session(cast, browser_of, held):
    browser, key = browser_of(cast.meera), str(uuid.uuid4())
    address = f"/clients/{cast.asha.pk}/notes/draft/"
    fields = {"key": key, "text": "begun", "audience": "private"}
    assert browser.post(address, fields | {"seen": 0}).json()["seen"] == 1
    assert browser.post(address, fields | {"seen": 1, "session": held.pk}).json()["seen"] == 2
    draft = Note.objects.get()
    assert draft.session == held
    assert chosen(browser.get(draft.get_absolute_url())) == str(held.pk)
    sessions.record_session(session=held, by=cast.meera, state=Session.State.MOVED)
    assert chosen(browser.get(draft.get_absolute_url())) == str(held.pk)


def test_the_client_reads_which_session_a_shared_note_is_about(cast, browser_of, held):
    note = notes.write_note(
        client=cast.asha, by=cast.meera, text="canary-shared", audience="shared", session=held
    )
    day = timezone.localdate(held.at)
    words = f"about the session on {day.day} {day:%B %Y}"
    assert words in main(browser_of(cast.asha.user).get("/path/notes/"))
    (exported,) = export.gather(cast.asha)["clients.Note"]
    assert exported["session"] == {"id": held.pk}
    assert note.about is None
