"""The agenda: whose sessions it shows, what it says about each, and recording one from it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.encryption import cipher
from accounts.models import AuditEvent
from clients.care import cover
from clients.journey import Kind
from clients.models import CareLink, ChangeRequest, Client, Note, ReliableChange, Session
from clients.notes import actions as notes
from clients.path import actions as path
from clients.sessions import change_requests
from clients.talking_points import actions as talking_points
from clients.tasks import actions as tasks
from tests.support.cast import in_care, person
from tests.support.clocks import clock_at
from tests.support.counting import query_count
from tests.support.page_parts import main

_TODAY = timezone.localdate()
MONDAY = _TODAY + timedelta(days=7 - _TODAY.weekday())  # The next one.


def on(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@pytest.fixture
def monday(db) -> Iterator[datetime]:
    """The clock stands at nine on a Monday."""
    with clock_at(on(MONDAY, 9, 5)):
        yield on(MONDAY, 9)


@pytest.fixture
def asha(monday, cast) -> Client:
    return cast.asha


def session(client: Client, by, at: datetime, state="planned", **more) -> Session:
    if state != "planned":
        more["recorded_at"] = at + timedelta(hours=1)
    return Session.objects.create(client=client, therapist=by, at=at, state=state, **more)


def rows(page) -> list[str]:
    """The text of each row, with single spaces."""
    tree = LexborHTMLParser(page.content.decode())
    return [" ".join(row.text().split()) for row in tree.css(".agenda > li")]


def test_a_day_says_what_happened_since_the_last_session(asha, cast, browser_of, monday):
    session(asha, cast.meera, monday - timedelta(days=7), "held")
    now = session(asha, cast.meera, monday, place="video")
    with clock_at(monday - timedelta(days=8)):
        old = tasks.give_task(client=asha, by=cast.meera, title="Before")
        tasks.finish_task(task=old, by=asha.user, reflection="")
        notes.write_note(client=asha, by=cast.meera, text="first lines", audience="private")
    with clock_at(monday - timedelta(days=1)):
        for title, words in (("One", ""), ("Two", "canary-reflection")):
            task = tasks.give_task(client=asha, by=cast.meera, title=title)
            tasks.finish_task(task=task, by=asha.user, reflection=words)
        talking_points.add(client=asha, by=asha.user, text="canary-point")
    page = browser_of(cast.meera).get("/agenda/")
    (row,) = rows(page)
    for words in ("09:00", "50 min, by video", "Asha Verma", "now", "1. Assessment",
                  "2 tasks done, 1 with a reflection", "1 thing to talk about", "first lines",
                  "Held", "Missed", "Held, write note"):  # fmt: skip
        assert words in row, (words, row)
    assert "canary-point" in row, "folded behind its number"
    assert "canary-reflection" not in page.content.decode()
    assert f"/sessions/{now.pk}/" in page.content.decode()
    assert f"Monday, {MONDAY.day} {MONDAY:%B}" in main(page)


def test_a_result_comes_with_its_direction(asha, cast, browser_of, monday, shared):
    """In the words of the caseload; a first result has no direction."""
    session(asha, cast.meera, monday - timedelta(days=14), "held")
    session(asha, cast.meera, monday)
    browser, title = browser_of(cast.meera), shared.questionnaire.title
    (row,) = rows(browser.get("/agenda/"))
    assert title in row
    assert f"{title}:" not in row
    for verdict, words in (
        ("lower", "reliably lower"),
        ("unknown", "not known whether it changed"),
    ):
        ReliableChange.objects.all().delete()
        ReliableChange.objects.create(
            client=asha, instrument=shared.version.instrument, target=shared.target,
            scale="anxiety", title="Worry", at=shared.submitted_at, since_first=verdict,
        )  # fmt: skip
        assert f"{title}: Worry {words}" in rows(browser.get("/agenda/"))[0]


def test_only_current_care_shows_a_session(asha, cast, browser_of, monday):
    """Of a client of somebody else, of one whose care has ended, and of a stranger: nothing."""
    session(asha, cast.meera, monday)
    session(asha, cast.farah, monday + timedelta(hours=1))  # Farah's care has ended.
    session(cast.rohan, cast.vikram, monday + timedelta(hours=2))
    assert ["Asha" in row for row in rows(browser_of(cast.meera).get("/agenda/"))] == [True]
    assert rows(browser_of(cast.farah).get("/agenda/")) == []
    assert browser_of(cast.manoj).get("/agenda/").status_code == 403
    CareLink.objects.filter(client=asha, therapist=cast.meera).update(ends_at=timezone.now())
    assert rows(browser_of(cast.meera).get("/agenda/")) == []


def test_sessions_of_a_covered_therapist_are_marked(asha, cast, browser_of, monday):
    session(asha, cast.meera, on(MONDAY, 11))
    session(asha, cast.meera, monday + timedelta(days=30))  # After the cover.
    cover.arrange(
        clients=[asha], therapist=cast.vikram, by=cast.manoj, away=cast.meera,
        starts_at=timezone.now(), ends_at=monday + timedelta(days=3),
    )  # fmt: skip
    (row,) = rows(browser_of(cast.vikram).get("/agenda/"))
    assert "you cover for Dr. Meera Nair" in row
    later = MONDAY + timedelta(days=30)
    assert rows(browser_of(cast.vikram).get(f"/agenda/?day={later}")) == []
    assert "cover for" not in rows(browser_of(cast.meera).get("/agenda/"))[0]


def test_what_is_not_recorded_comes_first(asha, cast, browser_of, monday):
    session(asha, cast.meera, monday - timedelta(days=3))
    session(asha, cast.meera, on(MONDAY, 7))
    session(asha, cast.meera, on(MONDAY, 11))
    page = browser_of(cast.meera).get("/agenda/")
    assert "2 sessions are over and not recorded yet. Did they take place?" in main(page)
    earlier = MONDAY - timedelta(days=3)
    first, second, third = rows(page)
    assert f"{earlier.day} {earlier:%b}, 09:00" in first
    assert "07:00" in second
    assert "11:00" in third
    assert ["Cancelled" in row for row in (first, second, third)] == [True, True, False]
    past = browser_of(cast.meera).get(f"/agenda/?day={earlier}")
    assert "1 session is over and not recorded yet. Did it take place?" in main(past)
    assert len(rows(past)) == 1


def test_an_empty_day_leads_to_the_next_session(asha, cast, browser_of, monday):
    page = browser_of(cast.meera).get("/agenda/")
    assert "No sessions on this day." in main(page)
    assert "The next one:" not in main(page)
    session(asha, cast.meera, monday + timedelta(days=2))
    page, wednesday = main(browser_of(cast.meera).get("/agenda/")), MONDAY + timedelta(days=2)
    assert f"Wed, {wednesday.day} {wednesday:%b %Y}, 09:00" in page
    assert f"/agenda/?day={wednesday}" in page
    assert f'<a href="{asha.get_absolute_url()}">{asha.user.name}</a>' in page


def test_a_request_to_move_leads_to_its_answer(asha, cast, browser_of, monday):
    ahead = session(asha, cast.meera, on(MONDAY, 16))
    change_requests.ask(session=ahead, by=asha.user, wish=ChangeRequest.Wish.MOVE)
    page = browser_of(cast.meera).get("/agenda/")
    assert "Asks for another time" in rows(page)[0]
    assert f"/clients/{asha.pk}/sessions/{ahead.pk}/change/" in main(page)


def test_a_closed_path_is_marked(asha, cast, browser_of, monday):
    session(asha, cast.meera, monday)
    path.change_path(client=asha, kind=Kind.PAUSE, by=cast.meera, seen=1, reason="A journey")
    assert "Paused" in rows(browser_of(cast.meera).get("/agenda/"))[0]


def test_recording_offers_the_note(asha, cast, browser_of, monday):
    """Twice, and from two tabs, it is recorded once; a tab that shows an older state is told."""
    now, browser = session(asha, cast.meera, monday), browser_of(cast.meera)
    where = f"/clients/{asha.pk}/sessions/{now.pk}/"
    data = {"back": "agenda", "day": str(MONDAY), "seen": "planned"}
    for _ in range(2):
        answer = browser.post(where, data | {"state": "held"})
        assert answer.url == f"/agenda/?day={MONDAY}&recorded={now.pk}"
    assert AuditEvent.objects.filter(verb="session recorded").count() == 1
    page = main(browser.get(answer.url))
    assert f"Asha Verma, {now.when()}: recorded as held." in page
    assert "Write its note" in page
    told = browser.post(where, data | {"state": "missed"})
    assert told.url == f"/agenda/?day={MONDAY}"
    assert "recorded as “held” in the meantime, and nothing was changed." in main(
        browser.get(told.url)
    )
    now.refresh_from_db()
    assert now.state == "held"
    assert browser.post(where, data | {"state": "held", "back": "caseload"}).url.startswith(
        "/caseload/?recorded="
    )
    record = LexborHTMLParser(browser.get(f"/clients/{asha.pk}/?session={now.pk}").content.decode())
    assert record.css_first("select[name=session] option[selected]").attributes["value"] == str(
        now.pk
    )
    for nonsense in ("x", str(uuid4()), "0' OR 1=1"):
        assert browser.get("/agenda/", {"recorded": nonsense}).status_code == 200


def test_the_caseload_begins_with_today(asha, cast, browser_of, monday):
    session(asha, cast.meera, monday)
    page = browser_of(cast.meera).get("/caseload/")
    assert len(rows(page)) == 1
    assert "Today" in main(page)
    assert rows(browser_of(cast.meera).get("/caseload/?sort=name")) == []


def test_what_is_unwritten_is_listed(asha, cast, browser_of, monday):
    """A session with a note of its own, or whose day a signed note is about, is not."""
    held = [session(asha, cast.meera, monday - timedelta(days=n), "held") for n in (1, 2, 3)]
    session(asha, cast.meera, monday - timedelta(days=4), "missed")
    wrote = {"client": asha, "by": cast.meera, "audience": "private"}
    notes.write_note(**wrote, text="of it", session=held[1])
    notes.write_note(**wrote, text="of the day", about=held[2].at.date())
    notes.keep_draft(**wrote, text="canary begun", key=uuid4())
    browser = browser_of(cast.meera)
    assert "1 held session without a note" in main(browser.get("/agenda/"))
    assert "1 draft" in main(browser.get("/agenda/"))
    page = browser.get("/agenda/unwritten/")
    assert main(page).count("?session=") == 1
    assert str(held[0].pk) in main(page)
    assert "canary begun" in main(page)
    assert "canary" not in main(browser_of(cast.vikram).get("/agenda/unwritten/"))
    notes.keep_draft(**wrote, text="also", key=uuid4(), session=held[0])
    assert "Every held session has a note." in main(browser.get("/agenda/unwritten/"))


def crowd(by, day: date, number: int) -> None:
    """So many clients with a session on that day, each with a last session, a note and a task."""
    for n in range(number):
        client = in_care(person(f"{number}-{n}@example.org", f"X {n:02}"), by)
        session(client, by, on(day, 6) + timedelta(minutes=20 * n + number))
        session(client, by, on(day, 6) - timedelta(days=7, minutes=n), "held")
        notes.write_note(client=client, by=by, text="said", audience="private")
        task = tasks.give_task(client=client, by=by, title="One")
        tasks.finish_task(task=task, by=client.user, reflection="good")


def test_forty_sessions_take_as_many_queries_as_five(cast, browser_of, monkeypatch, monday):
    """And nothing is decrypted but the last notes, and in a week nothing at all."""
    opened: list[str] = []
    decrypt = cipher.decrypt

    def counting(key, ciphertext, context):
        if not context.startswith("accounts.datakey"):
            opened.append(context.split()[0])
        return decrypt(key, ciphertext, context)

    monkeypatch.setattr(cipher, "decrypt", counting)
    browser, tuesday = browser_of(cast.meera), MONDAY + timedelta(days=1)
    addresses = (f"/agenda/?day={tuesday}", f"/agenda/?week={tuesday}", "/agenda/unwritten/")
    taken: dict[str, list[int]] = {address: [] for address in addresses}
    for added, shown in ((5, 5), (35, 40)):
        crowd(cast.meera, tuesday, added)
        for address in taken:
            browser.get(address)
            opened.clear()
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(address)
            taken[address].append(query_count(queries.captured_queries))
            if "?day=" in address:
                assert len(rows(page)) == shown
                assert opened == ["clients.note.text"] * shown
            elif "?week=" in address:
                assert opened == []
    print("agenda: queries with 5 and 40 sessions", taken)
    for few, many in taken.values():
        assert few == many <= 15, taken


def test_each_client_shown_has_an_event(asha, cast, browser_of, monday):
    session(asha, cast.meera, monday)
    browser_of(cast.meera).get("/agenda/")
    event = AuditEvent.objects.get(verb="agenda opened")
    assert (event.client, event.actor) == (asha.pk, cast.meera.pk)
    seen = main(browser_of(asha.user).get("/path/looks/"))
    assert "saw you in their agenda" in seen


def test_a_note_that_was_added_to_says_so(asha, cast, browser_of, monday):
    session(asha, cast.meera, monday)
    note = notes.write_note(client=asha, by=cast.meera, text="wrong", audience="private")
    notes.amend(note=note, by=cast.meera, text="right")
    assert "added to on" in rows(browser_of(cast.meera).get("/agenda/"))[0]
    assert Note.objects.count() == 2
