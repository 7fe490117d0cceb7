"""Notes: a draft is private to its author, a signature is final, and no text is ever
overwritten."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent, Mail
from accounts.optimistic_lock import Stale
from clients.care import actions as care
from clients.models import Note, NoteTemplate
from clients.notes import actions as notes


def wrote(cast, text="said", audience="private", **more) -> Note:
    return notes.write_note(client=cast.asha, by=cast.meera, text=text, audience=audience, **more)


def drafted(cast, text="begun", key=None, seen=0, by=None) -> Note:
    return notes.keep_draft(
        client=cast.asha, by=by or cast.meera, text=text, audience="shared",
        key=key or uuid.uuid4(), seen=seen,
    )  # fmt: skip


def test_only_its_author_sees_a_draft(cast, browser_of):
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)
    note = drafted(cast, "canary-draft")
    record = f"/clients/{cast.asha.pk}/"
    page = f"{record}notes/{note.pk}/"
    assert "canary-draft" in browser_of(cast.meera).get(record).content.decode()
    assert "canary-draft" in browser_of(cast.meera).get(page).content.decode()
    assert "canary-draft" not in browser_of(cast.vikram).get(record).content.decode()
    assert browser_of(cast.vikram).get(page).status_code == 404
    assert "canary-draft" not in browser_of(cast.asha.user).get("/path/notes/").content.decode()
    for key in (note.pk, note.idempotency_key):  # Neither leads to another person's draft.
        mine = drafted(cast, "mine now", key=key, by=cast.vikram)
        assert (mine.author, mine.version) == (cast.vikram, 1)
        assert mine.pk not in (note.pk, note.idempotency_key)
    note.refresh_from_db()
    assert (note.author, note.text) == (cast.meera, "canary-draft")


def test_from_draft_to_signature_to_amendment(cast, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    key = str(uuid.uuid4())
    data = {"key": key, "seen": 0, "text": "first", "audience": "shared"}
    saved = browser.post(f"{record}notes/draft/", data).json()
    assert (saved["key"], saved["seen"]) == (key, 1)
    saved = browser.post(f"{record}notes/draft/", data | {"text": "second", "seen": 1}).json()
    assert saved["seen"] == 2
    signed, page = data | {"text": "third", "seen": 2}, Note.objects.get().get_absolute_url()
    for _ in range(2):  # a double click
        confirmation = browser.post(page, signed).url
        assert confirmation == f"{page}share/"
    assert "third" not in browser_of(cast.asha.user).get("/path/notes/").content.decode()
    for _ in range(2):  # and another
        assert browser.post(confirmation, {"seen": 3}).url == f"{record}#notes"
    note = Note.objects.get()
    assert str(note.pk) != key
    assert note.text == "third"
    assert note.signed_at
    assert "third" in browser_of(cast.asha.user).get("/path/notes/").content.decode()
    more = {"text": "remembered later", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert browser.post(page, more).status_code == 302
    assert note.amendments.count() == 1
    assert "remembered later" in browser_of(cast.asha.user).get("/path/notes/").content.decode()
    verbs = list(AuditEvent.objects.order_by("at").values_list("verb", flat=True))
    for verb in ("note begun", "note signed", "note amended"):
        assert verbs.count(verb) == 1


@pytest.mark.parametrize("change", ["text = 'other'", "audience = 'shared'", "signed_at = NULL"])
def test_the_database_refuses_to_change_a_signed_note(cast, change):
    note = wrote(cast)
    with (
        pytest.raises(DatabaseError, match="cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE clients_note SET {change} WHERE id = %s", [note.pk])


def test_amending_a_draft_or_an_amendment_is_refused(cast):
    with pytest.raises(PermissionDenied):
        notes.amend(note=drafted(cast), by=cast.meera, text="x")
    added = notes.amend(note=wrote(cast), by=cast.meera, text="x")
    with pytest.raises(PermissionDenied):
        notes.amend(note=added, by=cast.meera, text="y")


def kept_beside(cast, save, text: str, note: Note) -> Note:
    """What a page does with a text that is refused because another window changed the draft."""
    with pytest.raises(Stale) as refused:
        save(cast, text, key=note.idempotency_key, seen=1)
    assert refused.value.current.pk == note.pk
    values = {"text": text, "audience": "private", "key": note.idempotency_key}
    return notes.keep_beside(client=cast.asha, by=cast.meera, **values)


def test_two_windows_keep_both_texts(cast, browser_of, capsys):
    note = drafted(cast, "as it began")
    first = drafted(cast, "window one", key=note.idempotency_key, seen=1)
    second = kept_beside(cast, drafted, "window two", note)
    assert first.pk == note.pk != second.pk
    again = kept_beside(cast, drafted, "window two", note)
    assert again.pk == second.pk
    late = kept_beside(cast, wrote, "signed from window three", note)
    assert late.signed_at is None
    texts = {note.text for note in Note.objects.all()}
    assert texts == {"window one", "window two", "signed from window three"}
    record = f"/clients/{cast.asha.pk}/"
    data = {"key": note.idempotency_key, "seen": 1, "text": "window four", "audience": "private"}
    answer = browser_of(cast.meera).post(f"{record}notes/{note.pk}/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed in another window" in page
    assert "window four" in page
    assert "window one" in page, "both texts are shown"
    fifth = Note.objects.get(pk=second.pk)
    drafted(cast, "window two, continued", key=fifth.idempotency_key, seen=1)
    answer = browser_of(cast.meera).post(f"{record}notes/draft/", data | {"text": "window two"})
    assert answer.status_code == 409
    assert answer.json()["key"] == str(fifth.idempotency_key)
    fifth.refresh_from_db()
    assert fifth.text == "window two, continued", "a repeated submission overwrites nothing"
    with capsys.disabled():
        print(f"\nfour windows on one draft: {Note.objects.count()} texts kept, 0 lost")


def test_signing_from_two_windows_signs_one_and_keeps_the_other(cast):
    note = drafted(cast)
    assert wrote(cast, "one", key=note.idempotency_key, seen=1).signed_at
    other = kept_beside(cast, wrote, "two", note)
    assert other.signed_at is None
    assert Note.objects.signed().get().text == "one"


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_sign_one_note(cast, capsys):
    key = uuid.uuid4()

    def click(_):
        try:
            return wrote(cast, "once", key=key).idempotency_key
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        signed = set(threads.map(click, range(20)))
    assert signed == {key}
    assert Note.objects.count() == 1
    assert AuditEvent.objects.filter(verb="note signed").count() == 1
    with capsys.disabled():
        print("\n20 clicks at once: 1 note, 1 audit event")


@pytest.mark.django_db(transaction=True)
def test_two_therapists_write_at_once_and_both_are_kept(cast):
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)

    def write(by):
        try:
            return notes.write_note(client=cast.asha, by=by, text=by.name, audience="private")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, [cast.meera, cast.vikram]))
    assert Note.objects.signed().count() == 2


def test_only_a_draft_can_be_discarded(cast, browser_of):
    browser, signed, draft = browser_of(cast.meera), wrote(cast), drafted(cast)
    for note in (signed, draft):
        browser.post(f"/clients/{cast.asha.pk}/notes/{note.pk}/", {"discard": "yes"})
    assert Note.objects.get() == signed


def test_another_clients_note_is_not_found(cast, browser_of):
    care.start_care(client=cast.rohan, therapist=cast.meera, by=cast.manoj)
    note = notes.write_note(client=cast.rohan, by=cast.meera, text="x", audience="private")
    browser = browser_of(cast.meera)
    assert browser.get(f"/clients/{cast.asha.pk}/notes/{note.pk}/").status_code == 404
    assert browser.get(f"/clients/{cast.rohan.pk}/notes/{note.pk}/").status_code == 200


def test_each_step_has_a_template_and_it_fills_the_form(cast, browser_of):
    for step in range(1, 8):
        assert NoteTemplate.objects.filter(step=step, active=True).exists()
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/?template=first-meeting")
    assert "What they hope will be different" in page.content.decode()
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/?template=nonsense")
    assert page.status_code == 200


def test_an_empty_note_is_refused(cast, browser_of):
    answer = browser_of(cast.meera).post(
        f"/clients/{cast.asha.pk}/notes/", {"text": "", "audience": "shared"}
    )
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def section(page, what: str):
    return LexborHTMLParser(page.content.decode()).css_first(what)


def test_sharing_a_note_asks_for_confirmation_once(cast, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    form = section(browser.get(record), "#notes form")
    readers = {r.attributes["value"]: r for r in form.css("input[name=audience]")}
    assert {name: r.parent.text().strip() for name, r in readers.items()} == {
        "private": "Therapists only", "shared": "Asha too"
    }  # fmt: skip
    # Nobody shares by mistake: private is chosen, and the button names what it does.
    assert [name for name, r in readers.items() if "checked" in r.attributes] == ["private"]
    sign = form.css_first("button[name=sign]")
    assert sign.css_first(".if-private").text().strip() == "Sign the note"
    assert sign.css_first(".if-shared").text().strip() == "Sign and share with Asha …"
    data = {"text": "canary-for-asha", "audience": "shared", "key": str(uuid.uuid4())}
    where = browser.post(f"{record}notes/", data).url
    note = Note.objects.get()
    assert (note.signed_at, where) == (None, f"{note.get_absolute_url()}share/")
    own = browser_of(cast.asha.user)
    assert "canary-for-asha" not in own.get("/path/notes/").content.decode()
    assert not Mail.objects.exists()
    confirmation = section(browser.get(where), "main").text()
    for words in ("Share this note with Asha?", "canary-for-asha", "gets an email",
                  "can’t be taken back", "Sign and share with Asha"):  # fmt: skip
        assert words in confirmation, words
    # A text that was not shown is not shared.
    drafted(cast, "canary-changed", key=note.idempotency_key, seen=1)
    answer = browser.post(where, {"seen": 1})
    assert answer.status_code == 409
    assert "canary-changed" in section(answer, "main").text()
    assert "changed in another window" in section(answer, "main [role=alert]").text()
    assert not Note.objects.signed().exists()
    assert browser.post(where, {"seen": 2}).url == f"{record}#notes"
    message = section(browser.get(record), "#notes .notice[role=status]").text(strip=True)
    assert message == "Signed and shared with Asha."
    assert "canary-changed" in own.get("/path/notes/").content.decode()
    assert list(Mail.objects.values_list("kind", "user")) == [
        ("clients/note_shared", cast.asha.user_id)
    ]


def test_a_note_signed_as_private_meanwhile_is_not_shared(cast, browser_of):
    browser, note = browser_of(cast.meera), drafted(cast, "canary-mine")
    wrote(cast, "canary-mine", key=note.idempotency_key, seen=1)
    answer = browser.post(f"{note.get_absolute_url()}share/", {"seen": 1}, follow=True)
    assert "can no longer be shared" in section(answer, "#notes .notice[role=alert]").text()
    assert Note.objects.get().audience == "private"
    other = browser_of(cast.vikram)
    assert other.get(f"{note.get_absolute_url()}share/").status_code == 404


def test_who_gets_an_email_about_a_note(cast):
    """Exact counts by kind: drafts, private notes and amendments send no email."""
    count = lambda: Counter(Mail.objects.values_list("kind", "user"))  # noqa: E731
    drafted(cast)
    notes.amend(note=wrote(cast, audience="private"), by=cast.meera, text="x")
    assert count() == {}
    for _ in range(2):  # a double click
        wrote(cast, "for Asha", audience="shared", key=uuid.UUID(int=7))
    assert count() == {("clients/note_shared", cast.asha.user_id): 1}
