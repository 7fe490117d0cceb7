"""Caseload, record, moves and notes: what works, who is refused, and concurrent requests."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.audit import recording as audit
from accounts.models import AuditEvent
from accounts.optimistic_lock import Stale
from clients.audit_verbs import CareVerb
from clients.care import actions as care
from clients.journey import Kind
from clients.models import CareLink, Client, Note, StepEvent
from clients.notes import actions as notes
from clients.path import actions as path_actions
from tests.support.cast import in_care, person


def move(cast, to, reason="", by=None, seen=None):
    client = Client.objects.get(pk=cast.asha.pk)
    seen = client.journey.version if seen is None else seen
    return path_actions.move(client=client, to=to, by=by or cast.meera, seen=seen, reason=reason)


def test_forward_and_back_through_the_pages(cast, browser_of):
    browser, address = browser_of(cast.meera), f"/clients/{cast.asha.pk}/move/"
    page = browser.get(address).content.decode()
    assert "No result of a self-assessment has been shared yet." in page
    assert browser.post(address, {"to": 2, "seen": 1, "reason": ""}).status_code == 302
    answer = browser.post(address, {"to": 1, "seen": 2, "reason": " "})
    assert answer.status_code == 409
    assert "Please give a reason. The client reads it." in answer.content.decode()
    data = {"to": 1, "seen": 2, "reason": "We look at the questionnaire once more."}
    assert browser.post(address, data).status_code == 302
    events = [(e.step_id, e.by_id, e.reason) for e in StepEvent.objects.filter(client=cast.asha)]
    assert events[1:] == [(2, cast.meera.pk, ""), (1, cast.meera.pk, data["reason"])]
    own = browser_of(cast.asha.user).get("/path/").content.decode()
    assert data["reason"] in own
    assert own.count('class="done"') == 1, "step 2 is still walked"


def test_a_refused_move_keeps_what_was_typed(cast, browser_of):
    browser, address = browser_of(cast.meera), f"/clients/{cast.asha.pk}/move/"
    move(cast, 2)
    answer = browser.post(address, {"to": 2, "seen": 1, "reason": "a long thought"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else moved this client while you were on this page" in page
    assert StepEvent.objects.filter(client=cast.asha).count() == 2
    assert "a long thought" in page, "shown also where the move is no longer possible"
    answer = browser.post(address, {"to": 3, "seen": 1, "reason": "a long thought"})
    assert "a long thought" in answer.content.decode()
    assert 'name="seen" value="2"' in answer.content.decode()


def test_a_move_from_an_old_page_is_refused(cast):
    move(cast, 2, reason="Ready.")
    with pytest.raises(Stale) as refused:
        move(cast, 3, seen=1)
    assert refused.value.current.journey.step == 2
    for kind in (Kind.PAUSE, Kind.RESUME):
        with pytest.raises(Stale):
            path_actions.change_path(
                client=cast.asha, kind=kind, by=cast.meera, seen=1, reason="because"
            )
    assert move(cast, 3, seen=2).sequence == 3


def test_a_stale_page_shows_what_happened_and_why_the_move_is_impossible(cast, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    move(cast, 2, reason="canary-reason")
    stale = "Somebody else moved this client while you were on this page"
    for to, reason, words in (
        (5, "", "A client moves forward one step at a time."),
        (1, " ", "Please give a reason. The client reads it."),
    ):
        answer = browser.post(f"{record}move/", {"to": to, "seen": 1, "reason": reason})
        page = answer.content.decode()
        assert answer.status_code == 409
        for part in (stale, "canary-reason", words):
            assert part in page, part
    page = browser.post(f"{record}path/resume/", {"seen": 1}).content.decode()
    assert stale in page
    assert "This change is not possible now." in page


def test_a_double_click_pauses_once(cast, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    for _ in range(2):
        answer = browser.post(f"{record}path/pause/", {"seen": 1, "reason": "Exams."})
        assert answer.url == record
    assert StepEvent.objects.filter(client=cast.asha, kind="pause").count() == 1


@pytest.mark.parametrize(
    "data", [{}, {"to": "x", "seen": "1"}, {"to": "2"}, {"to": "99", "seen": "1"}]
)
def test_invalid_data_moves_nobody(cast, browser_of, data):
    answer = browser_of(cast.meera).post(f"/clients/{cast.asha.pk}/move/", data)
    assert answer.status_code in (200, 409)
    assert StepEvent.objects.filter(client=cast.asha).count() == 1


@pytest.mark.parametrize("who", ["vikram", "farah", "esha", "manoj"])
def test_only_a_current_therapist_moves_or_writes(cast, who):
    other = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        move(cast, 2, by=other)
    with pytest.raises(PermissionDenied):
        notes.write_note(client=cast.asha, by=other, text="x", audience="private")


@pytest.mark.django_db(transaction=True)
def test_of_twenty_concurrent_moves_one_succeeds(cast):
    outcome = []

    def go(number):
        try:
            move(cast, 2, seen=1, reason=f"click {number}")
            outcome.append("moved")
        except Stale as stale:
            outcome.append(stale.current.journey.step)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome, key=str) == sorted(["moved", *[2] * 19], key=str)
    assert StepEvent.objects.filter(client=cast.asha).count() == 2


def test_the_database_refuses_impossible_events(cast):
    for fields in ({"sequence": 1, "step_id": 2}, {"sequence": 1, "step_id": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StepEvent.objects.create(client=cast.asha, **fields)


@pytest.mark.parametrize("audience", Note.Audience)
def test_notes_are_shown_to_their_audience_only(cast, browser_of, audience):
    browser = browser_of(cast.meera)
    data = {"text": "canary-note", "audience": audience.value}
    answer = browser.post(f"/clients/{cast.asha.pk}/notes/", data)
    if audience == Note.Audience.SHARED:
        browser.post(answer.url, {"seen": 1})
    assert b"canary-note" in browser.get(f"/clients/{cast.asha.pk}/").content
    seen = b"canary-note" in browser_of(cast.asha.user).get("/path/notes/").content
    assert seen == (audience == Note.Audience.SHARED)


def test_an_invalid_note_keeps_its_text(cast, browser_of):
    data = {"text": "a thought to keep", "audience": "everyone"}
    answer = browser_of(cast.meera).post(f"/clients/{cast.asha.pk}/notes/", data)
    assert answer.status_code == 422
    assert b"a thought to keep" in answer.content
    assert not Note.objects.exists()


def test_markup_in_a_note_stays_text(cast, browser_of):
    notes.write_note(
        client=cast.asha, by=cast.meera, text="<script>alert(1)</script>", audience="shared"
    )
    for who, address in (
        (cast.meera, f"/clients/{cast.asha.pk}/"),
        (cast.asha.user, "/path/notes/"),
    ):
        page = browser_of(who).get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_opening_a_record_is_recorded_and_shown_to_the_client(cast, browser_of):
    browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/")
    event = AuditEvent.objects.get(verb="record opened")
    assert (event.actor, event.client, event.address) == (cast.meera.pk, cast.asha.pk, "127.0.0.1")
    browser = browser_of(cast.asha.user)
    log = LexborHTMLParser(browser.get("/path/looks/").content.decode())
    assert "Dr. Meera Nair" in log.css_first(".access-person").text()
    assert "opened your record" in log.css_first(".access-list").text()
    path = LexborHTMLParser(browser.get("/path/").content.decode())
    assert "Dr. Meera Nair" in path.css_first('.tile[href="/path/looks/"]').text()


def test_no_record_is_shown_without_an_audit_event(cast, browser_of, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("accounts.audit.recording.AuditEvent.objects.create", fail)
    browser = browser_of(cast.meera, raise_request_exception=False)
    answer = browser.get(f"/clients/{cast.asha.pk}/")
    assert answer.status_code == 500
    assert b"Asha" not in answer.content


def test_a_care_link_is_current_from_its_start_up_to_its_end(cast):
    now = timezone.now()
    link = CareLink.objects.create(
        client=cast.rohan, therapist=cast.meera, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    second = timedelta(seconds=1)
    moments = [
        (link.starts_at - second, False),
        (link.starts_at, True),
        (link.ends_at - second, True),
        (link.ends_at, False),
        (link.ends_at + second, False),
    ]
    for at, visible in moments:
        assert Client.objects.visible_to(cast.meera, at).contains(cast.rohan) == visible, at


def test_an_ended_link_closes_the_record_at_the_next_request(cast, browser_of):
    browser = browser_of(cast.meera)
    assert browser.get(f"/clients/{cast.asha.pk}/").status_code == 200
    care.end_care(link=cast.asha.care_links.get(therapist=cast.meera), by=cast.manoj)
    assert browser.get(f"/clients/{cast.asha.pk}/").status_code == 404
    assert b"Asha" not in browser.get("/caseload/").content


def test_care_links_cannot_overlap_or_end_before_they_start(cast):
    now = timezone.now()
    for fields in (
        {"client": cast.asha, "starts_at": now},
        {"client": cast.rohan, "starts_at": now, "ends_at": now - timedelta(seconds=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CareLink.objects.create(therapist=cast.meera, **fields)


def test_managers_cannot_give_themselves_a_care_link(cast):
    with pytest.raises(ValidationError):
        care.start_care(client=cast.asha, therapist=cast.neeshu, by=cast.neeshu)
    with pytest.raises(PermissionDenied):
        care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.vikram)
    with pytest.raises(ValidationError):
        care.start_care(client=cast.asha, therapist=cast.esha, by=cast.manoj)
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)
    assert AuditEvent.objects.filter(verb="care link started", client=cast.asha.pk).exists()


def test_the_caseload_filters_sorts_and_pages(cast, browser_of):
    for n in range(30):
        in_care(person(f"p{n}@example.org", f"Person {n:02}"), cast.meera, days=n)
    move(cast, 2)
    browser = browser_of(cast.meera)
    assert b"31 clients" in browser.get("/caseload/").content
    assert b"Page 2 of 2" in browser.get("/caseload/?page=2").content
    second = browser.get("/caseload/?sort=since&page=1&q=person").content.decode()
    assert second.index("Person 29") < second.index("Person 28")
    assert "q=person" in second, "the filter survives paging"
    only = browser.get("/caseload/?step=2").content.decode()
    assert "Asha Verma" in only
    assert "Person" not in only
    assert "None of your clients matches." in browser.get("/caseload/?q=zzz").content.decode()
    for nonsense in ("?step=99", "?page=x", "?sort=password", "?q=" + "x" * 500):
        assert browser.get("/caseload/" + nonsense).status_code == 200
    assert browser.get("/caseload/?q=%00").status_code == 400


def test_an_empty_caseload_says_what_to_do(cast, browser_of):
    assert "No clients yet" in browser_of(cast.farah).get("/caseload/").content.decode()


@pytest.mark.parametrize("address", ["/caseload/", "/practice/", "client", "/path/"])
def test_constant_queries(cast, browser_of, django_assert_num_queries, address):
    """The number of queries is the same with 2 rows and with 20."""
    from django.test.utils import CaptureQueriesContext

    who = {"/practice/": cast.manoj, "/path/": cast.asha.user}.get(address, cast.meera)
    address = f"/clients/{cast.asha.pk}/" if address == "client" else address

    def grow(rows: int) -> None:
        for n in range(rows):
            other = in_care(person(f"q{n}-{rows}@example.org", f"Q {n}"), cast.meera)
            StepEvent.objects.create(client=other, sequence=2, step_id=2)
            notes.write_note(client=cast.asha, by=cast.meera, text="n", audience="shared")
            move(cast, 2)
            move(cast, 1, reason="back")

    def count() -> int:
        browser = browser_of(who)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    grow(2)
    few = count()
    grow(18)
    assert count() == few


def test_pausing_closing_and_resuming(cast, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    answer = browser.post(f"{record}path/pause/", {"seen": 1, "reason": ""})
    assert answer.status_code == 409
    assert "Please give a reason." in answer.content.decode()
    assert browser.post(f"{record}path/pause/", {"seen": 1, "reason": "Exams."}).url == record
    own = browser_of(cast.asha.user).get("/path/").content.decode()
    assert "Your path is paused." in own
    assert "Exams." in own
    refused = browser.post(f"{record}move/", {"to": 2, "seen": 2})
    assert "Please resume it first" in refused.content.decode()
    stale = browser.post(f"{record}path/close/", {"seen": 1, "reason": "A good way walked."})
    assert stale.status_code == 409
    assert "A good way walked." in stale.content.decode()
    assert browser.post(f"{record}path/close/", {"seen": 2, "reason": "Done."}).url == record
    assert "Asha" not in browser.get("/caseload/").content.decode()
    assert "Asha" in browser.get("/caseload/?closed=on").content.decode()
    assert browser.post(f"{record}path/resume/", {"seen": 3, "reason": ""}).url == record
    move(cast, 2)
    assert Client.objects.get(pk=cast.asha.pk).journey.step == 2
    assert browser.get(f"{record}path/nonsense/").status_code == 404
    assert browser.get(f"{record}path/move/").status_code == 404


def test_a_step_event_cannot_be_changed(cast):
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        StepEvent.objects.filter(client=cast.asha).update(at=timezone.now())
    StepEvent.objects.filter(client=cast.asha).update(by=None)


def test_a_double_click_is_one_move(cast):
    first = move(cast, 2, seen=1)
    assert move(cast, 2, seen=1) == first
    assert StepEvent.objects.filter(client=cast.asha).count() == 2


def test_a_note_submitted_twice_is_saved_once(cast, browser_of):
    browser, key = browser_of(cast.meera), "0f8a4d1e-2f3c-4f52-9d57-0a4c7a0c2f11"
    data = {"text": "once", "audience": "private", "key": key}
    for _ in range(3):
        assert browser.post(f"/clients/{cast.asha.pk}/notes/", data).status_code == 302
    assert Note.objects.count() == 1


def test_reauthentication_returns_to_a_page(cast, browser_of):
    record = f"/clients/{cast.asha.pk}/"
    browser = browser_of(cast.meera)
    assert "<h2>Notes</h2>" in browser.get(f"{record}notes/").content.decode()
    assert "<h2>Sessions</h2>" in browser.get(f"{record}sessions/").content.decode()
    assert browser.get(f"{record}invitation/").status_code == 302


def test_all_audit_events_can_be_paged_through(cast, browser_of):
    """Many openings on one day are one line; every day is on one of the pages."""
    therapist, client = browser_of(cast.meera), browser_of(cast.asha.user)
    for _ in range(5):
        therapist.get(f"/clients/{cast.asha.pk}/")
    page = client.get("/path/looks/").content.decode()
    assert page.count("opened your record") == 1
    assert "visits, last" not in page, "one visit"
    for ago in range(1, 20):
        event = audit.record(CareVerb.RECORD_OPENED, by=cast.meera, client=cast.asha.pk)
        audit.AuditEvent.objects.bulk_create(
            [audit.AuditEvent(verb=event.verb, actor=event.actor, client=event.client,
                              at=event.at - timedelta(days=ago))]
        )  # fmt: skip
    first = client.get("/path/looks/").content.decode()
    second = client.get("/path/looks/?page=2").content.decode()
    assert first.count("access-day") == 14
    assert second.count("access-day") == 6
