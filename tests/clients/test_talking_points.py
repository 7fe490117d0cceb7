"""What a client brings to the next session: their list, and what their therapist sees of it."""

import uuid
from itertools import product

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security
from accounts.models import AuditEvent, ConsentKind, User
from accounts.optimistic_lock import Stale
from clients.journey import Kind, Status
from clients.models import CareLink, Note, TalkingPoint
from clients.notes import actions as notes
from clients.path import actions as path
from clients.rights import consents
from clients.talking_points import actions as talking_points
from clients.talking_points.labels import REFUSALS
from clients.talking_points.refusals import Refusal, refusal
from tests.support.consents import agree
from tests.support.counting import query_count
from tests.support.sql import written

OWN, NOTES = "/path/next-session/", "/path/notes/"


def main(answer, selector: str = "main") -> str:
    found = LexborHTMLParser(answer.content.decode()).css_first(selector)
    return " ".join(found.text().split()) if found else ""


def add(cast, text: str = "canary-item", note: Note | None = None) -> TalkingPoint:
    return talking_points.add(client=cast.asha, by=cast.asha.user, text=text, note=note)


def shared(cast, text: str = "canary-note") -> Note:
    return notes.write_note(client=cast.asha, by=cast.meera, text=text, audience="shared")


@pytest.mark.quick
def test_why_nothing_can_be_added():
    for status, has_therapist, withdrawn in product(Status, (True, False), (True, False)):
        reason = refusal(status, has_therapist=has_therapist, withdrawn=withdrawn)
        if withdrawn:
            assert reason is Refusal.CONSENT_WITHDRAWN
        elif status is Status.CLOSED:
            assert reason is Refusal.PATH_CLOSED
        else:
            assert reason is (None if has_therapist else Refusal.NO_THERAPIST)
    assert set(REFUSALS) == set(Refusal)


def test_from_the_clients_list_to_talked_about(cast, browser_of):
    own, therapist = browser_of(cast.asha.user), browser_of(cast.meera)
    page = main(own.get(OWN))
    assert "It may not be read before then" in page
    assert "14416" in page
    form = {"text": "canary-item", "key": str(uuid.uuid4())}
    for _ in range(2):  # a double click
        assert own.post(OWN, form).url == f"{OWN}#talking-points"
    item = TalkingPoint.objects.get()
    assert "canary-item" in main(own.get(OWN), "#talking-points")
    record = f"/clients/{cast.asha.pk}/"
    shown = main(therapist.get(record), "#talking-points")
    assert "For the next session, from the client" in shown
    assert "canary-item" in shown
    assert "no email is sent" in shown
    answer = f"{record}talking-points/{item.pk}/"
    assert therapist.post(answer).url == f"{record}#talking-points"
    item.refresh_from_db()
    assert (item.talked_on, item.talked_by) == (timezone.localdate(), cast.meera)
    page = own.get(OWN)
    assert "Talked about on" in main(page, "#talking-points details")
    assert not LexborHTMLParser(page.content.decode()).css("details[open]")
    therapist.post(answer, {"back": "yes"})
    item.refresh_from_db()
    assert (item.talked_on, item.talked_by) == (None, None)
    verbs = ["talking point added", "talking point talked about", "talking point put back"]
    events = AuditEvent.objects.filter(client=cast.asha.pk, verb__in=verbs)
    assert sorted(events.values_list("verb", flat=True)) == sorted(verbs)


def test_nobody_is_told_by_email(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        talking_points.mark_talked_about(item=add(cast), by=cast.meera)
    assert not mail.outbox


def test_a_note_is_brought_with_a_line_or_without(cast, browser_of):
    first, second = shared(cast, "One"), shared(cast, "Two")
    own = browser_of(cast.asha.user)
    tree = LexborHTMLParser(own.get(NOTES).content.decode())
    forms = tree.css(f"form[action='{OWN}']")
    assert len(forms) == 2
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids)), "two forms on a page share no id"
    own.post(OWN, {"note": str(first.pk), "text": "It hurt a little.", "key": str(uuid.uuid4())})
    own.post(OWN, {"note": str(second.pk), "text": "", "key": str(uuid.uuid4())})
    assert set(TalkingPoint.objects.values_list("note", flat=True)) == {first.pk, second.pk}
    page = own.get(NOTES)
    assert not LexborHTMLParser(page.content.decode()).css(f"form[action='{OWN}']")
    assert main(page).count("On your list for our next session") == 2
    shown = main(browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/"), "#talking-points")
    assert "It hurt a little." in shown
    assert shown.count("About the note of") == 2


def test_a_note_that_was_not_shared_cannot_be_brought(cast, browser_of):
    private = notes.write_note(client=cast.asha, by=cast.meera, text="x", audience="private")
    other = notes.write_note(client=cast.rohan, by=cast.vikram, text="x", audience="shared")
    for note in (private, other):
        assert (
            browser_of(cast.asha.user).post(OWN, {"note": note.pk, "text": "x"}).status_code == 404
        )
        with pytest.raises(PermissionDenied):
            add(cast, note=note)
    assert not TalkingPoint.objects.exists()


def test_an_empty_item_is_refused_and_damaged_input_loses_no_words(cast, browser_of):
    own = browser_of(cast.asha.user)
    answer = own.post(OWN, {"text": " "})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    answer = own.post(OWN, {"text": "words to keep", "note": "nonsense"})
    assert answer.status_code == 422
    assert "words to keep" in answer.content.decode()
    answer = own.post(OWN, {"text": "x" * 2001})
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()
    with pytest.raises(IntegrityError, match="says_something"), transaction.atomic():
        TalkingPoint.objects.create(client=cast.asha)


def test_an_item_is_changed_and_removed_by_its_client(cast, browser_of):
    item, own = add(cast), browser_of(cast.asha.user)
    where = f"{OWN}{item.pk}/"
    assert "canary-item" in main(own.get(where))
    assert own.post(where, {"text": "said better", "seen": 1}).url == f"{OWN}#talking-points"
    assert TalkingPoint.objects.get().text == "said better"
    answer = own.post(where, {"text": "from another window", "seen": 1})
    assert answer.status_code == 409
    assert "said better" in main(answer)
    assert "from another window" in main(answer)
    with pytest.raises(Stale):
        talking_points.change(item=item, by=cast.asha.user, text="again", seen=1)
    for _ in range(2):  # a double click
        assert own.post(where, {"remove": "yes"}).url == f"{OWN}#talking-points"
    assert not TalkingPoint.objects.exists()
    assert own.get(where).status_code == 404


def test_what_was_talked_about_stays_and_what_is_typed_meanwhile_is_not_lost(cast, browser_of):
    item, own = add(cast), browser_of(cast.asha.user)
    talking_points.mark_talked_about(item=item, by=cast.meera)
    where = f"{OWN}{item.pk}/"
    assert own.get(where).url == OWN
    answer = own.post(where, {"text": "typed meanwhile", "seen": 1})
    assert answer.status_code == 422
    assert "typed meanwhile" in main(answer)
    assert "This is no longer on your list" in main(answer)
    own.post(where, {"remove": "yes"})
    assert TalkingPoint.objects.get().text == "canary-item"


def close(cast) -> None:
    path.change_path(client=cast.asha, kind=Kind.CLOSE, by=cast.meera, seen=1, reason="Done.")


def test_a_paused_path_still_takes_items(cast, browser_of):
    path.change_path(client=cast.asha, kind=Kind.PAUSE, by=cast.meera, seen=1, reason="A pause.")
    add(cast)
    assert "Put it on my list" in main(browser_of(cast.asha.user).get(OWN))


def withdraw(cast) -> None:
    agree(cast.asha.user, ConsentKind.THERAPY)
    consents.withdraw(client=cast.asha, kind=ConsentKind.THERAPY)


def end_care(cast) -> None:
    CareLink.objects.filter(client=cast.asha, ends_at=None).update(ends_at=timezone.now())


@pytest.mark.parametrize(
    ("happens", "reason"),
    [(close, Refusal.PATH_CLOSED), (end_care, Refusal.NO_THERAPIST),
     (withdraw, Refusal.CONSENT_WITHDRAWN)],
)  # fmt: skip
def test_where_nobody_would_read_it_nothing_is_taken_and_all_can_be_removed(
    cast, browser_of, happens, reason
):
    item, own = add(cast), browser_of(cast.asha.user)
    shared(cast)
    happens(cast)
    page = own.get(OWN)
    assert str(REFUSALS[reason]) in main(page)
    assert "canary-item" in main(page)
    assert "Put it on my list" not in main(page)
    assert "Bring this" not in main(own.get(NOTES))
    answer = own.post(OWN, {"text": "typed before I knew"})
    assert answer.status_code == 422
    assert "typed before I knew" in main(answer)
    assert str(REFUSALS[reason]) in main(answer)
    with pytest.raises(ValidationError):
        add(cast, "more")
    own.post(f"{OWN}{item.pk}/", {"remove": "yes"})
    assert not TalkingPoint.objects.exists()


def test_only_the_client_writes_and_only_a_therapist_in_care_answers(cast):
    item = add(cast)
    for by in (cast.meera, cast.rohan.user, cast.manoj):
        with pytest.raises(PermissionDenied):
            talking_points.add(client=cast.asha, by=by, text="x")
        with pytest.raises(PermissionDenied):
            talking_points.change(item=item, by=by, text="x", seen=1)
        with pytest.raises(PermissionDenied):
            talking_points.remove(item=item, by=by)
    for by in (cast.asha.user, cast.vikram, cast.farah, cast.manoj):
        with pytest.raises(PermissionDenied):
            talking_points.mark_talked_about(item=item, by=by)


SET = "UPDATE clients_talkingpoint SET"
TALKED = f"{SET} talked_on = current_date, talked_by_id = '%s'"
DELETE = "DELETE FROM clients_talkingpoint"
REFUSED = "42501"


def tried(user: User, statement: str) -> int | str:
    with row_security.web_role():
        row_security.set_actor(user)
        return written(statement)


def test_the_database_refuses_the_same(cast):
    """Row-level security and triggers, without the actions."""
    item, note, own = add(cast), shared(cast), cast.asha.user
    other = notes.write_note(client=cast.rohan, by=cast.vikram, text="x", audience="shared")
    copy = (
        "INSERT INTO clients_talkingpoint (id, client_id, note_id, version, added_at,"
        f" idempotency_key) VALUES (gen_random_uuid(), '{cast.asha.pk}', '%s', 1, now(),"
        " gen_random_uuid())"
    )
    assert tried(own, copy % note.pk) == 1
    assert tried(cast.meera, copy % note.pk) == REFUSED, "in the client's name"
    assert tried(own, copy % other.pk) == REFUSED, "another client's note"
    assert tried(cast.meera, f"{SET} version = 2") == REFUSED, "the client's words"
    assert tried(cast.meera, TALKED % cast.vikram.pk) == REFUSED, "another person's name"
    assert tried(cast.meera, TALKED % cast.meera.pk) == 1
    assert tried(cast.meera, DELETE) == 0
    assert tried(own, TALKED % own.pk) == REFUSED
    assert tried(own, f"{SET} version = 2") == tried(own, DELETE) == 1
    for user in (cast.vikram, cast.farah, cast.manoj, cast.rohan.user):
        assert tried(user, f"{SET} version = version") == tried(user, DELETE) == 0, user
    talking_points.mark_talked_about(item=item, by=cast.meera)
    assert tried(own, f"{SET} version = 2") == tried(own, DELETE) == 0, "it was talked about"


@pytest.mark.parametrize("address", [OWN, NOTES, "/clients/%s/"])
def test_more_items_need_no_more_queries(cast, browser_of, address):
    browser = browser_of(cast.meera if "%s" in address else cast.asha.user)
    address = address % cast.asha.pk if "%s" in address else address

    def count(many: int) -> int:
        for number in range(many):
            note = shared(cast)
            items = add(cast, note=note), add(cast)
            if number % 2:
                talking_points.mark_talked_about(item=items[0], by=cast.meera)
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return query_count(queries)

    assert count(2) == count(18)
