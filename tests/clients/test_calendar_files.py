"""The calendar files of sessions: one entry stays one entry, whatever becomes of its session."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from accounts.models import User
from clients.calendar import files as calendar_files
from clients.care import actions as care
from clients.endings.outcomes import Outcome
from clients.models import CareLink, Client, Session
from clients.sessions import actions as sessions

NAME = "डॉ. मीरा नायर, मनोचिकित्सक; परामर्शदाता"


def attached() -> list[tuple[str, Event]]:
    """The calendar entries of the emails so far, with the methods of their files."""
    found = []
    for message in mail.outbox:
        for part in message.message().walk():
            if part.get_content_type() == "text/calendar":
                file = Calendar.from_ical(part.get_payload(decode=True))
                assert part.get_param("method") == str(file["method"])
                found += [(str(file["method"]), event) for event in file.walk("VEVENT")]
    return found


def entries(files: list[tuple[str, Event]]) -> dict[str, datetime]:
    """What a calendar shows after these files, by UID: the highest SEQUENCE counts."""
    seen: dict[str, int] = {}
    shown: dict[str, datetime] = {}
    for method, event in files:
        uid, sequence = str(event["uid"]), int(event["sequence"])
        assert sequence > seen.get(uid, -1), "each change has a higher number"
        seen[uid] = sequence
        if method == "CANCEL":
            assert event["status"] == "CANCELLED"
            shown.pop(uid, None)
        else:
            shown[uid] = event.decoded("dtstart")
    return shown


@pytest.fixture
def session(cast) -> Session:
    at = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    return sessions.plan_session(client=cast.asha, by=cast.meera, at=at)


def test_planning_moving_and_cancelling_keep_one_entry(cast, session):
    assert entries(attached()) == {str(session.calendar_uid): session.at}
    moved = sessions.move_session(session=session, by=cast.meera, at=session.at + timedelta(days=1))
    assert entries(attached()) == {str(session.calendar_uid): moved.at}
    sessions.record_session(session=moved, by=cast.meera, state=Session.State.MOVED)
    assert entries(attached()) == {}
    sessions.record_session(session=session, by=cast.meera, state=Session.State.PLANNED)
    assert entries(attached()) == {str(session.calendar_uid): session.at}
    with pytest.raises(ValidationError, match="another time or therapist by now"):
        sessions.record_session(session=moved, by=cast.meera, state=Session.State.PLANNED)


@pytest.mark.parametrize(("outcome", "left"), [(Outcome.HAND_OVER, 1), (Outcome.CALL_OFF, 0)])
def test_a_transfer_keeps_one_entry(cast, session, outcome, left):
    link = CareLink.objects.get(client=cast.asha, therapist=cast.meera)
    care.transfer(
        client=cast.asha, from_therapist=link.therapist, to_therapist=cast.vikram,
        at=session.at - timedelta(days=1), by=cast.manoj, spoken=True,
        decided={session.pk: outcome},
    )  # fmt: skip
    assert len(entries(attached())) == left


def test_a_discreet_file_names_nobody(cast, session):
    Client.objects.filter(pk=cast.asha.pk).update(discreet_emails=True)
    mail.outbox.clear()
    moved = sessions.move_session(
        session=Session.objects.get(pk=session.pk), by=cast.meera,
        at=session.at + timedelta(days=1), place=Session.Place.VIDEO,
        place_detail="https://example.org/canary-room",
    )  # fmt: skip
    ((_method, event),) = attached()
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS"
    }  # fmt: skip
    own = calendar_files.own([moved], timezone.now(), discreet=True)
    assert "canary" not in own
    assert "Meera" not in own


def test_the_clients_own_file_says_where(cast, browser_of):
    at = timezone.now() + timedelta(days=2)
    session = sessions.plan_session(
        client=cast.asha, by=cast.meera, at=at, minutes=80, place=Session.Place.VIDEO,
        place_detail="https://example.org/room",
    )  # fmt: skip
    page = f"/path/sessions/{session.pk}.ics"
    answer = browser_of(cast.asha.user).get(page)
    assert answer["Content-Type"].startswith("text/calendar")
    file = Calendar.from_ical(answer.content)
    (event,) = file.walk("VEVENT")
    assert "method" not in file, "nobody sent it"
    assert event["location"] == "by video, https://example.org/room"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=80)
    assert str(session.pk) not in answer.content.decode()
    assert browser_of(cast.rohan.user).get(page).status_code == 404
    sessions.record_session(session=session, by=cast.meera, state=Session.State.MOVED)
    assert browser_of(cast.asha.user).get(page).status_code == 404, "not a coming session"


@given(
    name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120) | st.just(NAME * 3),
    at=st.datetimes(
        datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(ZoneInfo("Asia/Kolkata"))
    ),
    minutes=st.integers(10, 480),
)
def test_any_name_is_folded_and_read_back(name, at, minutes):
    """Lines have at most 75 octets (RFC 5545, 3.1), and no character is cut in two."""
    session = Session(
        therapist=User(name=name), at=at.replace(microsecond=0), minutes=minutes,
    )  # fmt: skip
    for file in (
        calendar_files.own([session], at, discreet=False),
        *calendar_files.by_method([session], at, discreet=False).values(),
    ):
        lines = file.encode().split(b"\r\n")
        assert max(map(len, lines)) <= 75
        for line in lines:
            line.decode()
        (event,) = Calendar.from_ical(file).walk("VEVENT")
        assert event["description"] == f"With {name}"
        assert event.decoded("dtstart") == session.at.astimezone(UTC)
        assert event.decoded("dtend") == session.ends_at.astimezone(UTC)
