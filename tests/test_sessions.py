"""Sessions: planned, held, missed, moved; seen by both sides."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from clients import care, sessions
from clients.models import Client, Session


def local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def record(cast) -> str:
    return f"/clients/{cast.asha.pk}/"


def test_planning_shows_on_both_sides(cast, browser_of, record):
    at = timezone.now() + timedelta(days=3)
    browser = browser_of(cast.meera)
    assert browser.post(f"{record}sessions/", {"at": local(at)}).url == f"{record}#sessions"
    session = Session.objects.get()
    assert (session.state, session.therapist) == ("planned", cast.meera)
    said = timezone.localtime(at).strftime("%H:%M")
    for user, address in ((cast.asha.user, "/path/"), (cast.meera, record)):
        assert said in browser_of(user).get(address).content.decode()
    assert (
        f"session {timezone.localtime(at):%-d %b}, {said}"
        in browser.get("/caseload/").content.decode()
    )
    assert AuditEvent.objects.filter(verb="session planned", client=cast.asha.pk).count() == 1


@pytest.mark.parametrize(
    ("at", "message"),
    [("", "This field is required"), ("yesterday", "give a date and a time"),
     ("2036-01-01T10:00", "more than a year away")],
)  # fmt: skip
def test_a_time_that_cannot_be_meant(cast, browser_of, record, at, message):
    answer = browser_of(cast.meera).post(f"{record}sessions/", {"at": at})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Session.objects.exists()


def test_twice_the_same_time_is_one_session(cast, browser_of, record):
    data = {"at": local(timezone.now() + timedelta(days=1))}
    browser = browser_of(cast.meera)
    browser.post(f"{record}sessions/", data)
    again = browser.post(f"{record}sessions/", data)
    assert "There is a session at that time already." in again.content.decode()
    assert Session.objects.count() == 1


@pytest.mark.parametrize("state", ["held", "missed", "moved"])
def test_saying_what_became_of_it(cast, browser_of, record, state):
    session = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=timezone.now() - timedelta(hours=1)
    )
    browser = browser_of(cast.meera)
    assert "what became of it?" in browser.get(record).content.decode()
    browser.post(f"{record}sessions/{session.pk}/", {"state": state})
    session.refresh_from_db()
    assert session.state == state
    listed = browser.get("/caseload/").content.decode()
    assert ("not seen yet" in listed) == (state != "held")


def test_what_lies_ahead_can_only_be_called_off(cast, browser_of, record):
    session = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=timezone.now() + timedelta(hours=1)
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


def test_another_clients_session_under_this_client_is_not_found(cast, browser_of):
    session = sessions.plan_session(client=cast.rohan, by=cast.vikram, at=timezone.now())
    answer = browser_of(cast.meera).post(
        f"/clients/{cast.asha.pk}/sessions/{session.pk}/", {"state": "missed"}
    )
    assert answer.status_code == 404
    with pytest.raises(PermissionDenied):
        sessions.record_session(session=session, by=cast.meera, state=Session.State.MISSED)


def test_the_longest_unseen_come_first(cast, browser_of):
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


def test_a_session_of_today_is_recorded_by_one_button(cast, browser_of, record):
    browser = browser_of(cast.meera)
    assert "Record today’s session" in browser.get(record).content.decode()
    for _ in range(2):
        assert browser.post(f"{record}sessions/", {"today": "yes"}).url == f"{record}#sessions"
    session = Session.objects.get()
    assert (session.state, session.therapist, session.client) == ("held", cast.meera, cast.asha)
    assert AuditEvent.objects.filter(verb="session recorded", client=cast.asha.pk).count() == 1
    page = browser.get(record).content.decode()
    assert "Record today’s session" not in page
    assert Client.objects.get(pk=cast.asha.pk).standing.last_contact == session.at


def test_the_button_takes_the_session_that_was_planned_for_today(cast, browser_of, record):
    now = timezone.now()
    begun = Session.objects.create(client=cast.asha, therapist=cast.meera, at=now)
    later = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=now + timedelta(days=1)
    )
    browser_of(cast.meera).post(f"{record}sessions/", {"today": "yes"})
    begun.refresh_from_db()
    later.refresh_from_db()
    assert (begun.state, later.state, Session.objects.count()) == ("held", "planned", 2)


def test_nobody_else_says_that_there_was_a_session(cast, browser_of, record):
    for user in (cast.vikram, cast.farah, cast.asha.user, cast.manoj, cast.esha):
        assert browser_of(user).post(f"{record}sessions/", {"today": "yes"}).status_code in (
            403,
            404,
        )
    assert not Session.objects.exists()
