"""How a session was for the client: asked quietly, for seven days, and read by their therapists."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security
from accounts.database.together import load
from accounts.models import AuditEvent, ConsentKind, Mail
from accounts.people import consents
from clients.check_ins import actions, queries
from clients.check_ins.window import OPEN_FOR, closes_at, is_open
from clients.download import letter
from clients.models import CheckIn, Client, Session
from clients.sessions import actions as sessions
from tests.support import cast as people
from tests.support.clients.check_ins import NOTHING, answered, held
from tests.support.consents import agree
from tests.support.threads import at_once

WORDS = "canary: I could not say it"
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FORM = {"heard": "4", "mattered": "2", "words": WORDS}


def address(session: Session) -> str:
    return f"/path/sessions/{session.pk}/check-in/"


def test_it_is_open_for_seven_days_after_a_session_that_was_held():
    assert closes_at(MONDAY) == MONDAY + timedelta(days=7)
    assert is_open(MONDAY, MONDAY - SECOND, held=True), "recorded a little early"
    assert is_open(MONDAY, MONDAY + OPEN_FOR - SECOND, held=True)
    assert not is_open(MONDAY, MONDAY + OPEN_FOR, held=True)
    assert not is_open(MONDAY, MONDAY, held=False)


def test_a_client_answers_and_their_therapist_reads_it_at_the_session(cast, browser_of):
    client, therapist = browser_of(cast.asha.user), browser_of(cast.meera)
    session = held(cast.asha, cast.meera, hours=3)
    mails = Mail.objects.count()
    assert "Three short questions, if you like" in client.get("/path/").content.decode()
    page = client.get(address(session)).content.decode()
    assert "Dr. Meera Nair can read your answers" in page, "said before anything is answered"
    for _twice in range(2):  # A double click is one check-in.
        assert client.post(address(session), FORM | {"seen": "0"})["Location"] == "/path/#tasks"
    row = CheckIn.objects.get()
    assert (row.heard, row.mattered, row.fitted, row.words) == (4, 2, None, WORDS)
    assert "You can still change it" in client.get("/path/").content.decode()

    record = f"/clients/{cast.asha.pk}"
    for page in (f"{record}/", f"{record}/sessions/", f"{record}/timeline/"):
        body = therapist.get(page).content.decode()
        assert WORDS in body, page
        shown = LexborHTMLParser(body).css_first("dl.check-in")
        said = [one.text(strip=True) for one in shown.css("dd")]
        assert said == ["Mostly", "A little"], "in words, and without what was left out"
    report = therapist.get(f"{record}/report/").content.decode()
    assert WORDS not in report, "a report is for others, and this was said to the therapist"

    changed = FORM | {"seen": "1", "words": "Now I can."}
    assert client.post(address(session), changed).status_code == 302
    stale = client.post(address(session), FORM | {"seen": "1", "words": "From another window"})
    body = stale.content.decode()
    assert stale.status_code == 409
    assert "Now I can." in body
    assert "From another window" in body
    verbs = AuditEvent.objects.filter(client=cast.asha.pk, verb__startswith="check-in")
    assert sorted(verbs.values_list("verb", flat=True)) == ["check-in answered", "check-in changed"]
    assert Mail.objects.count() == mails, "nobody gets an email about it"


def test_the_agenda_says_that_something_was_answered_and_not_what(cast, browser_of):
    answered(cast.asha, cast.meera, WORDS, hours=48)
    sessions.plan_session(client=cast.asha, by=cast.meera, at=timezone.now() + timedelta(minutes=1))
    page = browser_of(cast.meera).get("/agenda/").content.decode()
    assert "Said how a session was" in page
    assert WORDS not in page


def test_afterwards_it_can_be_read_and_not_changed(cast, browser_of):
    session, client = answered(cast.asha, cast.meera, WORDS, hours=3), browser_of(cast.asha.user)
    Session.objects.filter(pk=session.pk).update(at=timezone.now() - OPEN_FOR)
    body = client.get(address(session)).content.decode()
    assert WORDS in body
    assert "It can no longer be changed" in body
    late = client.post(address(session), FORM | {"seen": "1", "words": "too late"})
    assert late.status_code == 422
    assert "too late" in late.content.decode(), "what was typed is not lost"
    assert CheckIn.objects.get().words == WORDS
    assert "How was the session" not in client.get("/path/").content.decode()


def test_what_cannot_be_answered(cast, browser_of):
    client = browser_of(cast.asha.user)
    session = held(cast.asha, cast.meera, hours=3)
    assert client.post(address(session), {"seen": "0", "words": " "}).status_code == 422
    assert client.post(address(session), {"seen": "0", "heard": "6"}).status_code == 422
    for user in (cast.meera, cast.rohan.user, cast.manoj):
        with pytest.raises(PermissionDenied):
            actions.answer(session=session, by=user, values=NOTHING | {"heard": 1}, seen=0)
    at = timezone.now() - timedelta(hours=1)
    missed = sessions.plan_session(client=cast.asha, by=cast.meera, at=at)
    sessions.record_session(session=missed, by=cast.meera, state=Session.State.MISSED)
    assert client.get(address(missed)).status_code == 404
    with pytest.raises(ValidationError, match="is over"):
        actions.answer(session=missed, by=cast.asha.user, values=NOTHING | {"heard": 1}, seen=0)
    agree(cast.asha.user, ConsentKind.DATA)
    consents.withdraw(kind=ConsentKind.DATA, by=cast.asha.user)
    assert load(queries.asked_about(cast.asha, timezone.now())) == []
    assert client.get(address(session)).status_code == 404
    assert not CheckIn.objects.exists()


def test_either_of_them_switches_the_question_off_and_on(cast, browser_of):
    client, therapist = browser_of(cast.asha.user), browser_of(cast.meera)
    session = answered(cast.asha, cast.meera, WORDS, hours=30)
    other = held(cast.asha, cast.meera, hours=3)
    own, record = "/path/check-ins/", f"/clients/{cast.asha.pk}/check-ins/"
    assert "Switch this off" in client.get(address(other)).content.decode()
    for browser, where in ((client, own), (therapist, record)):
        for _twice in range(2):
            assert browser.post(where, {"off": "yes"}).status_code == 302
        assert "How was the session" not in client.get("/path/").content.decode()
        assert client.get(address(other)).status_code == 404
        assert client.post(address(other), FORM | {"seen": "0"}).status_code == 422
        assert WORDS in client.get(address(session)).content.decode(), "what was said stays"
        assert "Ask me again" in client.get("/path/emails/").content.decode()
        page = therapist.get(f"/clients/{cast.asha.pk}/results/").content.decode()
        assert "Ask the client again" in page
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(cast.asha.user)
            with pytest.raises(DatabaseError), transaction.atomic():
                CheckIn(client=cast.asha, session=other, heard=1).save(force_insert=True)
            rows = CheckIn.objects.filter(session=session)
            assert rows.update(changed_at=timezone.now()) == 0, "nor is an answer changed"
        asha = Client.objects.with_path().get(pk=cast.asha.pk)
        told = " ".join(letter.render(asha, timezone.now()).split())
        assert "How sessions were for you" in told
        assert "Mostly" in told or WORDS in told
        assert "You have not been asked about this since" in told
        assert browser.post(where, {"on": "yes"}).status_code == 302
        assert "How was the session" in client.get("/path/").content.decode()
    verbs = AuditEvent.objects.filter(client=cast.asha.pk, verb__startswith="check-ins")
    assert verbs.count() == 4
    for user in (cast.vikram, cast.manoj):
        assert browser_of(user).post(record, {"off": "yes"}).status_code in (403, 404)
    with transaction.atomic(), row_security.web_role():
        row_security.set_actor(cast.meera)
        rows = Client.objects.filter(pk=cast.asha.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(discreet_emails=True)


def test_row_security_shows_it_to_the_client_and_their_therapist_alone(cast):
    session = answered(cast.asha, cast.meera, WORDS, hours=3)
    row = CheckIn.objects.get()

    def under(user, work) -> int:
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(user)
            try:
                with transaction.atomic():
                    return work()
            except DatabaseError:
                return 0

    assert {name: under(user, CheckIn.objects.count) for name, user in cast.users().items()} == {
        name: int(name in ("owner client", "assigned therapist")) for name in cast.users()
    }
    rows, own = CheckIn.objects.filter(pk=row.pk), cast.asha.user
    other = held(cast.rohan, cast.vikram, hours=5)

    def insert(about: Session) -> int:
        CheckIn(client=cast.asha, session=about, heard=1).save(force_insert=True)
        return 1

    now = timezone.now()
    for user, work in (
        (cast.meera, lambda: rows.update(changed_at=now)),
        (own, lambda: rows.update(answered_at=now)),
        (own, lambda: rows.update(session=other)),
        (own, lambda: rows.delete()[0]),
        (own, lambda: insert(other)),
        (cast.meera, lambda: insert(held(cast.asha, cast.meera, hours=9))),
    ):
        assert under(user, work) == 0
    assert under(own, lambda: rows.update(changed_at=now)) == 1
    Session.objects.filter(pk=session.pk).update(at=now - OPEN_FOR)
    assert under(own, lambda: rows.update(changed_at=now)) == 0, "after seven days it stays"
    late = held(cast.asha, cast.meera, hours=12)
    Session.objects.filter(pk=late.pk).update(at=now - OPEN_FOR - timedelta(hours=1))
    assert under(own, lambda: insert(late)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_check_in():
    cast = people.make()
    session = held(cast.asha, cast.meera, hours=3)
    values = NOTHING | {"heard": 4}
    at_once(
        lambda _n: actions.answer(session=session, by=cast.asha.user, values=values, seen=0).pk, 2
    )
    assert CheckIn.objects.count() == 1
