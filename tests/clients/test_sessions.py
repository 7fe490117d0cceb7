"""Sessions: planned, held, missed, cancelled and corrected; both sides see them; all are
reachable."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser, LexborNode

from accounts.models import AuditEvent, Mail
from clients.care import actions as care
from clients.models import Client, Session
from clients.sessions import actions as sessions
from clients.sessions.queries import of_today
from clients.tasks import actions as tasks
from tests.support.clocks import clock_at


def local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def part(page, what: str) -> LexborNode:
    """The first element of a response that matches the selector."""
    element = LexborHTMLParser(page.content.decode()).css_first(what)
    assert element, what
    return element


@pytest.fixture
def at_ten_to_six(db) -> Iterator[datetime]:
    """Today in the practice's time zone."""
    at = timezone.make_aware(datetime.combine(timezone.localdate(), time(17, 50)))
    with clock_at(at):
        yield at


@pytest.fixture
def record(cast) -> str:
    return f"/clients/{cast.asha.pk}/"


def test_planning_shows_on_both_sides(cast, browser_of, record):
    at = timezone.now() + timedelta(days=3)
    browser = browser_of(cast.meera)
    assert browser.post(f"{record}sessions/", {"at": local(at)}).url == f"{record}#sessions"
    session = Session.objects.get()
    assert (session.state, session.therapist) == ("planned", cast.meera)
    shown_time = timezone.localtime(at).strftime("%H:%M")
    for user, address in ((cast.asha.user, "/path/"), (cast.meera, record)):
        assert shown_time in browser_of(user).get(address).content.decode()
    following = part(browser.get("/caseload/"), "td[data-label=Next]").text()
    assert f"{timezone.localtime(at):%-d %b}, {shown_time}" in following
    assert AuditEvent.objects.filter(verb="session planned", client=cast.asha.pk).count() == 1


@pytest.mark.parametrize(
    ("at", "message"),
    [("", "This field is required"), ("yesterday", "give a date and a time"),
     ("2036-01-01T10:00", "more than a year away")],
)  # fmt: skip
def test_an_implausible_time_is_refused(cast, browser_of, record, at, message):
    answer = browser_of(cast.meera).post(f"{record}sessions/", {"at": at})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Session.objects.exists()


def test_the_same_time_twice_is_one_session(cast, browser_of, record):
    data = {"at": local(timezone.now() + timedelta(days=1))}
    browser = browser_of(cast.meera)
    browser.post(f"{record}sessions/", data)
    again = browser.post(f"{record}sessions/", data)
    assert "There is already a session at that time." in again.content.decode()
    assert Session.objects.count() == 1


@pytest.mark.parametrize("state", ["held", "missed", "moved"])
def test_recording_the_outcome(cast, browser_of, record, state):
    session = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=timezone.now() - timedelta(hours=1)
    )
    browser = browser_of(cast.meera)
    assert "Did it take place?" in browser.get(record).content.decode()
    browser.post(f"{record}sessions/{session.pk}/", {"state": state})
    session.refresh_from_db()
    assert session.state == state
    listed = browser.get("/caseload/").content.decode()
    assert ("no session yet" in listed) == (state != "held")


def test_a_future_session_can_only_be_cancelled(cast, browser_of, record):
    session = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=timezone.now() + timedelta(days=1)
    )
    with pytest.raises(ValidationError):
        sessions.record_session(session=session, by=cast.meera, state=Session.State.HELD)
    browser = browser_of(cast.meera)
    browser.post(f"{record}sessions/{session.pk}/", {"state": "nonsense"})
    session.refresh_from_db()
    assert session.state == "planned"
    browser.post(f"{record}sessions/{session.pk}/", {"state": "moved"})
    session.refresh_from_db()
    assert session.state == "moved"


def test_another_clients_session_is_not_found(cast, browser_of):
    session = sessions.plan_session(client=cast.rohan, by=cast.vikram, at=timezone.now())
    answer = browser_of(cast.meera).post(
        f"/clients/{cast.asha.pk}/sessions/{session.pk}/", {"state": "missed"}
    )
    assert answer.status_code == 404
    with pytest.raises(PermissionDenied):
        sessions.record_session(session=session, by=cast.meera, state=Session.State.MISSED)


def test_the_longest_since_a_session_come_first(cast, browser_of):
    for client, days in ((cast.asha, 3),):
        session = sessions.plan_session(
            client=client, by=cast.meera, at=timezone.now() - timedelta(days=days)
        )
        sessions.record_session(session=session, by=cast.meera, state=Session.State.HELD)
    care.start_care(client=cast.rohan, therapist=cast.meera, by=cast.manoj)
    page = browser_of(cast.meera).get("/caseload/?sort=contact").content.decode()
    assert page.index("Rohan Iyer") < page.index("Asha Verma")


def test_the_database_keeps_state_and_date_together(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(
            client=cast.asha, therapist=cast.meera, at=timezone.now(), state="held"
        )


def test_todays_session_is_recorded_with_one_button(cast, browser_of, record, at_ten_to_six):
    browser = browser_of(cast.meera)
    assert "Record today’s session" in part(browser.get(record), "#sessions").text()
    data = {"today": "yes", "began": "16:30"}
    for _ in range(2):
        assert "#notes" in browser.post(f"{record}sessions/", data).url
    session = Session.objects.get()
    assert (session.state, session.therapist, session.client) == ("held", cast.meera, cast.asha)
    assert local(session.at).endswith("16:30")
    assert AuditEvent.objects.filter(verb="session recorded", client=cast.asha.pk).count() == 1
    page = browser.get(record)
    assert "Record today’s session" not in part(page, "#sessions").text()
    assert "Today’s session is recorded: 16:30." in part(page, "#notes").text()
    assert Client.objects.get(pk=cast.asha.pk).caseload_index.last_contact == session.at


@pytest.mark.parametrize(
    ("began", "message"),
    [("", "When did this session begin?"), ("18:30", "is in the future"), ("late", "valid time"),
     ("09:00", "already a session at that time")],
)  # fmt: skip
def test_the_time_of_an_unplanned_session_is_required(
    cast, browser_of, record, at_ten_to_six, began, message
):
    Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=at_ten_to_six.replace(hour=9, minute=0),
        state="missed", recorded_at=at_ten_to_six,
    )  # fmt: skip
    answer = browser_of(cast.meera).post(f"{record}sessions/", {"today": "yes", "began": began})
    assert answer.status_code == 422
    section = part(answer, "#sessions")
    assert message in section.css_first("form .invalid-feedback").text()
    assert section.css_first("input[name=began]").attributes.get("value", "") == began
    assert "Please look at this again" in section.css_first("[role=alert]").text()
    assert Session.objects.count() == 1


def test_the_button_records_the_session_planned_for_today(cast, browser_of, record, at_ten_to_six):
    """Before its planned time, and also from a tab opened earlier: no second session is created."""
    at = at_ten_to_six + timedelta(minutes=10)
    soon = Session.objects.create(client=cast.asha, therapist=cast.meera, at=at)
    later = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=at + timedelta(days=1)
    )
    browser = browser_of(cast.meera)
    section = part(browser.get(record), "#sessions")
    assert "Record today’s session, 18:00" in section.text()
    assert not section.css_first("input[name=began]")
    for tab in ({}, {"began": "17:30"}, {}):
        browser.post(f"{record}sessions/", {"today": "yes"} | tab)
    soon.refresh_from_db()
    later.refresh_from_db()
    assert (soon.state, soon.at, later.state) == ("held", at, "planned")
    assert Session.objects.count() == 2
    assert AuditEvent.objects.filter(verb="session recorded").count() == 1
    assert "Longest wait" not in part(browser.get("/caseload/"), "main").text()  # One is planned.
    browser.post(f"{record}sessions/{later.pk}/", {"state": "moved"})
    waits = part(browser.get("/caseload/"), "main").text()
    assert "Longest wait" not in waits, "held today: nobody has waited for a day"


def test_a_past_session_is_recorded_and_its_note_opens(cast, browser_of, record, at_ten_to_six):
    """With one press of a button, also if it was planned; a future one is refused."""
    browser, week_ago = browser_of(cast.meera), at_ten_to_six - timedelta(days=7)
    planned = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=week_ago - timedelta(days=7)
    )
    for at in (week_ago, planned.at):
        for _ in range(2):  # a double click
            data = {"at": f"{timezone.localtime(at):%Y-%m-%dT%H:%M}", "past": "yes"}
            answer = browser.post(f"{record}sessions/", data)
        session = Session.objects.get(at=at)
        assert session.state == "held"
        assert answer.url == f"{record}?session={session.pk}#notes"
        notes = part(browser.get(answer.url), "#notes")
        assert f"Recorded as held: {session.when()}." in notes.text()
        chosen = notes.css_first("select[name=session] option[selected]")
        assert chosen.attributes["value"] == str(session.pk)
    assert Session.objects.count() == 2
    data = {"at": f"{timezone.localtime(at_ten_to_six):%Y-%m-%dT}18:30", "past": "yes"}
    refused = browser.post(f"{record}sessions/", data)
    assert refused.status_code == 422
    assert "in the future" in part(refused, "#sessions").text()
    # What is planned for today leads there from its own button, and from the agenda's; once there
    # is a note, to where one was.
    now = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=at_ten_to_six - timedelta(minutes=20)
    )
    agenda = browser.get("/agenda/").content.decode()
    assert "Held, write note" in agenda
    where = f"{record}sessions/{now.pk}/"
    for data in ({"note": "yes", "back": "agenda"}, {"state": "held"}):
        assert browser.post(where, data).url == f"{record}?session={now.pk}#notes"
    now.refresh_from_db()
    assert now.state == "held"
    key = str(uuid4())
    browser.post(f"{record}notes/", {"text": "x", "session": now.pk, "key": key, "draft": "yes"})
    assert browser.post(where, {"state": "held"}).url == f"{record}#sessions"


def test_nobody_else_records_a_session(cast, browser_of, record):
    for user in (cast.vikram, cast.farah, cast.asha.user, cast.manoj, cast.esha):
        assert browser_of(user).post(f"{record}sessions/", {"today": "yes"}).status_code in (
            403,
            404,
        )
    assert not Session.objects.exists()


def test_today_is_a_day_in_the_practices_time_zone(cast, browser_of, record):
    """At 20:00 UTC it is 01:30 of the next day in the practice's time zone."""
    day = timezone.now().astimezone(UTC).replace(hour=20, minute=0, second=0, microsecond=0)
    with clock_at(day):
        both = {"client": cast.asha, "therapist": cast.meera}
        held = {"state": "held", "recorded_at": day}
        evening = Session.objects.create(**both, **held, at=day - timedelta(hours=3))
        morning = Session.objects.create(**both, at=day + timedelta(hours=9))
        Session.objects.create(**both, at=day + timedelta(hours=23))
        assert list(of_today(cast.asha)) == [morning]
        late, due = (
            tasks.give_task(client=cast.asha, by=cast.meera, title=f"canary-{name}", due_on=on)
            for name, on in (("late", day.date()), ("due", day.date() + timedelta(days=1)))
        )
        assert [task.pk for task in cast.asha.tasks.overdue(timezone.localdate())] == [late.pk]
        browser = browser_of(cast.meera)
        chips = [tag.text() for tag in part(browser.get(record), "#tasks").css(".tag.warn")]
        assert len(chips) == 1
        assert str(late.due_on.day) in chips[0]
        assert "Record today’s session, 10:30" in part(browser.get(record), "#sessions").text()
        browser.post(f"{record}sessions/", {"today": "yes"})
        morning.refresh_from_db()
        evening.refresh_from_db()
        assert (morning.state, Session.objects.count()) == ("held", 3)
        assert "Task overdue since" in part(browser.get("/caseload/"), "main").text()
        assert due.due_on == timezone.localdate()


def many(cast, ahead: int, earlier: int, to_record: int) -> None:
    now = timezone.now().replace(microsecond=0)
    both = {"client": cast.asha, "therapist": cast.meera}
    held = {"state": "held", "recorded_at": now}
    Session.objects.bulk_create([
        *(Session(**both, at=now + timedelta(days=7 * n + 7)) for n in range(ahead)),
        *(Session(**both, at=now - timedelta(days=7 * n + 8), **held) for n in range(earlier)),
        *(Session(**both, at=now - timedelta(days=30, hours=n + 1)) for n in range(to_record)),
    ])  # fmt: skip


def test_every_session_is_reachable(cast, browser_of, record):
    """Sessions to record first, then upcoming, then earlier ones; another page lists all."""
    browser = browser_of(cast.meera)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    many(cast, 1, 1, 1)
    few = [queries(record), queries(f"{record}sessions/")]
    few = [queries(record), queries(f"{record}sessions/")]
    Session.objects.all().delete()
    many(cast, 60, 31, 2)
    assert [queries(record), queries(f"{record}sessions/")] == few
    whole = list(Session.objects.order_by("at"))
    old = [s for s in whole if s.state == "planned" and s.at < timezone.now()]
    section = part(browser.get(record), "#sessions")
    shown = [f.attributes["action"].split("/")[-2] for f in section.css("li.session-row form")]
    ahead = [s for s in whole if s.at > timezone.now()]
    earlier = [s for s in reversed(whole) if s.state == "held"]
    in_order = [str(s.pk) for s in old + ahead[:5] + earlier[:5]]
    assert shown == in_order
    assert "Earlier (31)" in section.css_first("#sessions > details > summary").text()
    assert "All 93 sessions" in section.text()
    reached = []
    for number in range(1, 5):
        page = part(browser.get(f"{record}sessions/?page={number}"), "#sessions")
        reached += [f.attributes["action"].split("/")[-2] for f in page.css("li.session-row form")]
    assert reached == [str(s.pk) for s in old + ahead + earlier]
    # A session can be recorded there, and the person returns there.
    answer = browser.post(f"{record}sessions/{old[0].pk}/", {"state": "missed", "page": "1"})
    assert answer.url == f"{record}sessions/?page=1#sessions"
    assert "The session is recorded." in part(browser.get(answer.url), "#sessions").text()


def test_an_outcome_can_be_corrected(cast, browser_of, record):
    session = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=timezone.now() - timedelta(days=2)
    )
    browser = browser_of(cast.meera)
    where = f"{record}sessions/{session.pk}/"
    browser.post(where, {"state": "held"})
    for state, others in (("missed", "held moved"), ("moved", "held missed"), ("held", "")):
        buttons = part(browser.get(record), "#sessions").css("details.correct button")
        assert state in [b.attributes["value"] for b in buttons]
        for _ in range(2):  # a double click
            browser.post(where, {"state": state})
        session.refresh_from_db()
        assert session.state == state
        buttons = part(browser.get(record), "#sessions").css("details.correct button")
        assert set(others.split()) <= {b.attributes["value"] for b in buttons} - {state}
    verbs = Counter(AuditEvent.objects.filter(client=cast.asha.pk).values_list("verb", flat=True))
    assert verbs["session recorded"] == 1
    corrected = {verb: n for verb, n in verbs.items() if verb.startswith("session corrected")}
    assert corrected == {f"session corrected from {s}": 1 for s in ("held", "missed", "cancelled")}
    own = part(browser_of(cast.asha.user).get("/path/looks/"), "main").text()
    assert "corrected a session that was recorded as missed" in own
    with pytest.raises(ValidationError, match="has passed"):
        sessions.record_session(session=session, by=cast.meera, state=Session.State.PLANNED)


def test_the_client_gets_one_email_about_each_change(cast):
    """Exact counts by kind: no email about past sessions, and one email for a double click."""
    both, now = {"client": cast.asha, "by": cast.meera}, timezone.now()
    state = Session.State

    def mails_of(*steps: state, at: datetime) -> Counter:
        Mail.objects.all().delete()
        session = sessions.plan_session(**both, at=at)
        for step in steps:
            for _ in range(2):
                sessions.record_session(session=session, by=cast.meera, state=step)
        return Counter(Mail.objects.filter(user=cast.asha.user).values_list("kind", flat=True))

    past, ahead = now - timedelta(days=3), now + timedelta(days=3)
    planned, changed = "clients/session_planned", "clients/session_changed"
    assert mails_of(state.HELD, state.MISSED, state.MOVED, state.HELD, at=past) == {}
    assert mails_of(at=ahead) == {planned: 1}
    back = ahead + timedelta(hours=1)
    assert mails_of(state.MOVED, at=back) == {planned: 1, changed: 1}
    again = ahead + timedelta(hours=2)
    assert mails_of(state.MOVED, state.PLANNED, at=again) == {planned: 2, changed: 1}
