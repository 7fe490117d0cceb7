"""A client asks to move or cancel a session, and a therapist moves it, cancels it or keeps it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.consent_texts.blanks import Blank
from accounts.database import row_security
from accounts.models import AuditEvent, Mail, PracticeDetail
from clients.care import cover
from clients.models import ChangeRequest, Client, Session
from clients.sessions import actions as sessions
from clients.sessions import change_requests
from tests.support.cast import in_care, person
from tests.support.clocks import clock_at
from tests.support.counting import query_count
from tests.support.sql import written

MOVE, CANCEL = ChangeRequest.Wish.MOVE, ChangeRequest.Wish.CANCEL


@pytest.fixture
def session(cast) -> Session:
    at = timezone.now() + timedelta(days=3)
    return sessions.plan_session(client=cast.asha, by=cast.meera, at=at)


def ask(session: Session, wish=MOVE, times: str = "weekdays after four") -> ChangeRequest:
    return change_requests.ask(session=session, by=session.client.user, wish=wish, times=times)


def main(answer) -> str:
    whole = LexborHTMLParser(answer.content.decode()).css_first("main").text(separator=" ")
    return " ".join(whole.split())


def local(at) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def subjects(to: str) -> list[str]:
    return [message.subject for message in mail.outbox if message.to == [to]]


def own_page(session: Session) -> str:
    return f"/path/sessions/{session.pk}/"


def change_page(session: Session) -> str:
    return f"/clients/{session.client_id}/sessions/{session.pk}/change/"


def test_a_client_asks_once_and_both_sides_see_it(cast, browser_of, session):
    browser, page = browser_of(cast.asha.user), own_page(session)
    assert page in browser.get("/path/").content.decode()
    refused = browser.post(page, {"times": "after four"})
    assert refused.status_code == 422
    assert "Please choose one of the two." in main(refused)
    assert "after four" in refused.content.decode(), "what was typed is kept"
    mail.outbox.clear()
    for _twice in range(2):
        assert browser.post(page, {"wish": "move", "times": "canary-after-four"}).url == page
    assert ChangeRequest.objects.count() == 1
    for where in (page, "/path/"):
        text = main(browser.get(where))
        assert "to move this session. Dr. Meera Nair has not answered yet." in text
    (message,) = mail.outbox
    assert message.to == ["meera@example.org"]
    assert not [word for word in ("Asha", "canary", "Verma") if word in message.body]
    therapist = browser_of(cast.meera)
    assert "to change a session" in main(therapist.get("/caseload/"))
    for where in (f"/clients/{cast.asha.pk}/", change_page(session)):
        assert "canary-after-four" in main(therapist.get(where)), where
    assert AuditEvent.objects.filter(verb="session change asked for").count() == 1


def test_a_client_takes_it_back(cast, browser_of, session):
    ask(session)
    browser = browser_of(cast.asha.user)
    for _twice in range(2):
        assert browser.post(own_page(session), {"withdraw": "yes"}).url == own_page(session)
    assert not ChangeRequest.objects.waiting().exists()
    assert AuditEvent.objects.filter(verb="session change no longer asked for").count() == 1
    assert "has not answered yet" not in main(browser.get("/path/"))
    with pytest.raises(ValidationError):
        change_requests.keep(session=session, by=cast.meera)


def test_moving_it_answers_the_request(cast, browser_of, session):
    ask(session)
    later, browser = session.at + timedelta(days=1), browser_of(cast.meera)
    mail.outbox.clear()
    data = {"what": "move", "at": local(later), "minutes": "80", "place": "video",
            "place_detail": "https://example.org/room"}  # fmt: skip
    assert browser.post(change_page(session), data).url == f"/clients/{cast.asha.pk}/#sessions"
    again = browser.post(change_page(session), data)
    assert "has been changed already" in main(again), "sent twice, it moves once"
    session.refresh_from_db()
    moved = Session.objects.get(state="planned")
    assert (session.state, moved.minutes, moved.place) == ("moved", 80, "video")
    assert ChangeRequest.objects.get().answer == "moved"
    (subject,) = subjects("asha@example.org")
    assert subject.startswith("Your appointment is now on ")
    assert not [row for row in Mail.objects.all() if "example.org/room" in str(row.facts)]
    text = main(browser_of(cast.asha.user).get("/path/"))
    assert "as you asked" in text
    assert "by video" in text


def test_cancelling_it_answers_the_request(cast, browser_of, session):
    ask(session, CANCEL)
    mail.outbox.clear()
    browser_of(cast.meera).post(change_page(session), {"what": "cancel"})
    session.refresh_from_db()
    assert session.state == "moved"
    assert ChangeRequest.objects.get().answer == "cancelled"
    assert subjects("asha@example.org") == ["Your appointment is cancelled, as you asked"]
    assert "cancelled this session on" in main(browser_of(cast.asha.user).get("/path/"))


def test_keeping_it_says_why(cast, browser_of, session):
    ask(session)
    mail.outbox.clear()
    browser, kept = browser_of(cast.meera), {"what": "keep", "reply": "canary-no-other-hour"}
    browser.post(change_page(session), kept)
    again = browser.post(change_page(session), kept)
    assert "no longer asks for a change" in again.content.decode()
    assert subjects("asha@example.org") == ["About your appointment"]
    assert "canary" not in mail.outbox[0].body
    text = main(browser_of(cast.asha.user).get("/path/"))
    assert "the session stays as planned. “canary-no-other-hour”" in text
    assert ask(session).answered_at is None, "the client may ask again"


@pytest.mark.parametrize("wrong", ["same", "past", "taken"])
def test_a_time_that_does_not_work_is_refused(cast, browser_of, session, wrong):
    ask(session)
    taken = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=session.at + timedelta(days=1)
    )
    times = {"same": session.at, "past": timezone.now() - timedelta(hours=1), "taken": taken.at}
    data = {"at": times[wrong].isoformat(), "what": "move"}
    answer = browser_of(cast.meera).post(change_page(session), data)
    assert answer.status_code == 422
    assert ChangeRequest.objects.waiting().count() == 1
    session.refresh_from_db()
    assert session.state == "planned"


def test_a_request_lapses_when_its_session_begins(cast, browser_of, session):
    ask(session)
    with clock_at(session.at + timedelta(minutes=1)):
        assert not ChangeRequest.objects.waiting().exists()
        with pytest.raises(ValidationError):
            ask(session)
        text = main(browser_of(cast.asha.user).get(own_page(session)))
        assert "This session has begun or is over." in text


def test_a_covering_therapist_sees_it_and_moves_it_for_the_other(cast, browser_of, session):
    cover.arrange(
        clients=[cast.asha], therapist=cast.vikram, by=cast.manoj, words="Dr. Meera Nair is away.",
        starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    mail.outbox.clear()
    ask(session)
    assert {message.to[0] for message in mail.outbox} == {"meera@example.org", "vikram@example.org"}
    browser = browser_of(cast.vikram)
    assert "to change a session" in main(browser.get("/caseload/"))
    later = session.at + timedelta(days=1)
    assert (
        browser.post(change_page(session), {"what": "move", "at": local(later)}).status_code == 302
    )
    assert Session.objects.get(state="planned").therapist == cast.meera


def test_others_neither_ask_nor_answer(cast, session):
    for other in (cast.rohan.user, cast.meera, cast.manoj):
        with pytest.raises(PermissionDenied):
            change_requests.ask(session=session, by=other, wish=MOVE)
    ask(session)
    for other in (cast.vikram, cast.manoj, cast.asha.user):
        with pytest.raises(PermissionDenied):
            change_requests.keep(session=session, by=other)
        with pytest.raises(PermissionDenied):
            sessions.move_session(session=session, by=other, at=session.at + timedelta(days=1))


def test_the_database_keeps_a_request_in_its_hands(cast, session):
    """Past the code: a client changes only the withdrawal, a therapist answers in their own name,
    and strangers see nothing."""
    change = ask(session)
    where = f"WHERE id = '{change.pk}'"
    answered = (
        "UPDATE clients_changerequest SET answer = 'kept', answered_at = now(),"
        f" answered_by_id = '{{}}' {where}"
    )
    withdrawn = f"UPDATE clients_changerequest SET withdrawn_at = now() {where}"
    for_another = (
        "INSERT INTO clients_changerequest (id, client_id, session_id, wish, asked_at, answer)"
        f" VALUES (gen_random_uuid(), '{cast.rohan.pk}', '{session.pk}', 'move', now(), '')"
    )

    def tried(actor, statement: str) -> int | str:
        with row_security.web_role():
            row_security.set_actor(actor)
            return written(statement)

    for stranger in (cast.vikram, cast.farah, cast.esha, cast.manoj, cast.rohan.user):
        assert tried(stranger, answered.format(stranger.pk)) == 0
    for actor, statement in (
        (cast.meera, answered.format(cast.vikram.pk)),
        (cast.meera, withdrawn),
        (cast.asha.user, answered.format(cast.asha.user_id)),
        (cast.rohan.user, for_another),
        (cast.meera, f"DELETE FROM clients_changerequest {where}"),
    ):
        assert tried(actor, statement) == "42501", statement
    assert tried(cast.meera, answered.format(cast.meera.pk)) == 1


def test_the_page_shows_the_practices_rule(cast, browser_of, session):
    browser = browser_of(cast.asha.user)
    PracticeDetail.objects.filter(name=Blank.CANCELLATION).delete()
    assert "until the evening before" not in main(browser.get(own_page(session)))
    rule = "You can cancel until the evening before."
    PracticeDetail.objects.create(name=Blank.CANCELLATION, value=rule)
    assert rule in main(browser.get(own_page(session)))


def test_the_phone_is_asked_for_only_when_the_session_is_soon(cast, browser_of, session, settings):
    settings.PRACTICE_CONTACT = {"PHONE": "+91 00000 00000"}
    browser, asked = browser_of(cast.asha.user), "please call us as well"
    assert asked not in main(browser.get(own_page(session)))
    tomorrow = timezone.now() + timedelta(days=1)
    soon = sessions.plan_session(client=cast.asha, by=cast.meera, at=tomorrow)
    assert asked in main(browser.get(own_page(soon)))


def test_pages_take_the_same_number_of_queries(cast, browser_of):
    def queries(address: str, user) -> int:
        browser = browser_of(user)
        browser.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return query_count(captured.captured_queries)

    def plan(client: Client, days: int, hours: int = 0) -> None:
        at = timezone.now() + timedelta(days=days, hours=hours)
        ask(sessions.plan_session(client=client, by=cast.meera, at=at))

    def pages() -> list[int]:
        record = f"/clients/{cast.asha.pk}/"
        return [
            queries("/path/", cast.asha.user), queries("/caseload/", cast.meera),
            queries(record, cast.meera), queries(f"{record}sessions/", cast.meera),
        ]  # fmt: skip

    other = in_care(person("q@example.org", "Q"), cast.meera)
    for hours, client in enumerate((cast.asha, other)):
        for days in (2, 3):
            plan(client, days, hours)
    before = pages()
    for days in range(4, 20):
        plan(cast.asha, days)
        plan(in_care(person(f"q{days}@example.org", f"Q {days}"), cast.meera), days, 1)
    assert pages() == before
