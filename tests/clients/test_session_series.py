"""Series of sessions: the preview, one email, and changes from one session on."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent, Mail
from clients.models import CareLink, ChangeRequest, Client, Session
from clients.sessions import actions, actions_series, change_requests

WEEK = timedelta(weeks=1)


@pytest.fixture
def page(cast) -> str:
    return f"/clients/{cast.asha.pk}/sessions/series/"


@pytest.fixture
def first() -> datetime:
    return (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)


def local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def filled(first: datetime, **more: object) -> dict:
    return {"at": local(first), "weeks": "1", "many": "4", "what": "show"} | more


def values(answer, name: str, more: str = "") -> list[str]:
    inputs = LexborHTMLParser(answer.content.decode()).css(f"input[name={name}]{more}")
    return [one.attributes["value"] or "" for one in inputs]


def series_of(cast, first: datetime, many: int = 4, **more) -> list[Session]:
    times = [first + n * WEEK for n in range(many)]
    return actions_series.plan_series(client=cast.asha, by=cast.meera, times=times, **more)


def test_the_dates_are_shown_first_and_one_is_skipped(cast, browser_of, page, first):
    browser = browser_of(cast.meera)
    shown = browser.post(page, filled(first, minutes="80", place="video"))
    assert not Session.objects.exists(), "nothing is planned by looking"
    chosen = values(shown, "chosen", "[checked]")
    assert [datetime.fromisoformat(key) for key in chosen] == [first + n * WEEK for n in range(4)]
    plan = filled(first, minutes="80", place="video", what="plan", chosen=[*chosen[:2], chosen[3]])
    assert browser.post(page, plan).url == f"/clients/{cast.asha.pk}/#sessions"
    planned = list(Session.objects.order_by("at"))
    assert [session.at for session in planned] == [first, first + WEEK, first + 3 * WEEK]
    assert {(one.minutes, one.place, one.therapist) for one in planned} == {
        (80, "video", cast.meera)
    }
    assert len({one.series for one in planned}) == 1
    assert len({one.calendar_uid for one in planned}) == 3
    assert AuditEvent.objects.filter(verb="session planned", client=cast.asha.pk).count() == 3


def test_one_email_has_all_dates_and_one_file(cast, first):
    planned = series_of(cast, first)
    letter = Mail.objects.get(kind="clients/series_planned")
    assert letter.facts["when"].splitlines() == [session.when("email") for session in planned]
    ((_method, file),) = letter.facts["calendar"].items()
    events = Calendar.from_ical(file).walk("VEVENT")
    assert {str(event["uid"]): event.decoded("dtstart") for event in events} == {
        str(session.calendar_uid): session.at for session in planned
    }
    assert Mail.objects.count() == 1


def test_the_client_takes_all_dates_in_one_file(cast, browser_of, first):
    planned = series_of(cast, first)
    answer = browser_of(cast.asha.user).get("/path/sessions.ics")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(e["uid"]) for e in events} == {str(one.calendar_uid) for one in planned}
    assert not Calendar.from_ical(
        browser_of(cast.rohan.user).get("/path/sessions.ics").content
    ).walk("VEVENT")


def test_what_cannot_be_and_what_overlaps_is_marked(cast, browser_of, page, first):
    """A clash has to be ticked by hand, and is then planned."""
    actions.plan_session(client=cast.asha, by=cast.meera, at=first + WEEK)
    actions.plan_session(
        client=cast.asha, by=cast.meera, at=first + 2 * WEEK + timedelta(minutes=30)
    )
    CareLink.objects.filter(client=cast.asha, therapist=cast.meera).update(
        ends_at=first + 2 * WEEK + timedelta(days=1)
    )
    browser = browser_of(cast.meera)
    shown = browser.post(page, filled(first))
    text = shown.content.decode()
    assert "There is already a session at that time." in text
    assert "Your care for this client ends before this day." in text
    assert "Asha Verma has another session with Dr. Meera Nair" in text
    keys = values(shown, "chosen")
    assert values(shown, "chosen", "[checked]") == keys[:1]
    assert values(shown, "chosen", "[disabled]") == [keys[1], keys[3]]
    plan = filled(first, what="plan", chosen=[keys[0], keys[2]])
    again = browser.post(page, plan)
    assert again.status_code == 422, "an overlap that the page did not show is shown first"
    assert values(again, "chosen", "[checked]") == [keys[0], keys[2]]
    browser.post(page, plan | {"warned": values(again, "warned")})
    assert Session.objects.filter(series__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [({"chosen": []}, "choose at least one date"),
     ({"chosen": ["2030-01-01T10:00:00+00:00"]}, "The dates have changed"),
     ({"many": "27"}, "less than or equal to 26"), ({"at": "2020-01-01T10:00"}, "more than a year"),
     ({"weeks": "3"}, "Select a valid choice")],
)  # fmt: skip
def test_a_wrong_series_is_refused_and_plans_nothing(cast, browser_of, page, first, more, message):
    answer = browser_of(cast.meera).post(page, filled(first, what="plan") | more)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Session.objects.exists()


def test_the_form_begins_a_week_after_the_last_session(cast, browser_of, page, first):
    actions.plan_session(client=cast.asha, by=cast.meera, at=first, minutes=90, place="phone")
    shown = browser_of(cast.meera).get(page)
    assert values(shown, "at") == [local(first + WEEK)]
    assert values(shown, "minutes") == ["90"]


def test_moving_from_here_on_keeps_the_entries_and_writes_once(cast, browser_of, first):
    planned = series_of(cast, first)
    at = timezone.localtime(first + WEEK + timedelta(days=1, hours=1))
    page = f"/clients/{cast.asha.pk}/sessions/{planned[1].pk}/change/"
    browser = browser_of(cast.meera)
    assert "Move it and the 2 after it" in browser.get(page).content.decode()
    browser.post(page, {"what": "move-following", "at": local(at), "minutes": "80"})
    coming = list(cast.asha.sessions.coming())
    expected = [first, *(first + n * WEEK + timedelta(days=1, hours=1) for n in (1, 2, 3))]
    assert [one.at for one in coming] == expected
    assert [one.minutes for one in coming] == [50, 80, 80, 80]
    assert [one.calendar_uid for one in coming] == [one.calendar_uid for one in planned]
    assert {one.series for one in coming} == {planned[0].series}
    assert [one.calendar_sequence for one in coming] == [0, 2, 2, 2]
    letter = Mail.objects.get(kind="clients/series_moved")
    assert letter.facts["when"].splitlines() == [one.when("email") for one in coming[1:]]


def test_a_series_moves_onto_its_own_old_times(cast, first):
    planned = series_of(cast, first)
    actions_series.move_following(session=planned[0], by=cast.meera, at=first + WEEK)
    assert [s.at for s in cast.asha.sessions.coming()] == [first + n * WEEK for n in (1, 2, 3, 4)]


def test_cancelling_from_here_on_answers_the_client(cast, browser_of, first):
    planned = series_of(cast, first)
    change_requests.ask(session=planned[2], by=cast.asha.user, wish=ChangeRequest.Wish.CANCEL)
    page = f"/clients/{cast.asha.pk}/sessions/{planned[1].pk}/change/"
    browser_of(cast.meera).post(page, {"what": "cancel-following"})
    assert [one.pk for one in cast.asha.sessions.coming()] == [planned[0].pk]
    assert ChangeRequest.objects.get().answer == "cancelled"
    (file,) = Mail.objects.get(kind="clients/series_cancelled").facts["calendar"].items()
    assert file[0] == "CANCEL"
    assert len(Calendar.from_ical(file[1]).walk("VEVENT")) == 3
    with pytest.raises(ValidationError, match="changed already"):
        actions_series.cancel_following(session=planned[1], by=cast.meera)


def test_a_refused_move_changes_nothing(cast, first):
    planned = series_of(cast, first)
    CareLink.objects.filter(client=cast.asha, therapist=cast.meera).update(
        ends_at=first + 3 * WEEK + timedelta(hours=1)
    )
    with pytest.raises(ValidationError, match="does not care"):
        actions_series.move_following(
            session=planned[0], by=cast.meera, at=first + timedelta(days=1)
        )
    assert [s.pk for s in cast.asha.sessions.coming()] == [s.pk for s in planned]


def test_discreet_emails_about_a_series_name_nobody(cast, first):
    Client.objects.filter(pk=cast.asha.pk).update(discreet_emails=True)
    cast.asha.refresh_from_db()
    planned = series_of(cast, first)
    actions_series.move_following(session=planned[0], by=cast.meera, at=first + timedelta(days=1))
    actions_series.cancel_following(session=cast.asha.sessions.coming().first(), by=cast.meera)
    assert len(mail.outbox) == 3
    for letter, day in zip(mail.outbox, (first, first + timedelta(days=1)), strict=False):
        assert "Meera" not in letter.message().as_string()
        assert f"{timezone.localtime(day):%-d %B}" in letter.body
