"""A therapist's calendar: its key opens it, and shows what the therapist may see at that moment."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from accounts.database import row_security
from accounts.models import AuditEvent
from clients.calendar import actions as calendar
from clients.care import actions as care
from clients.care import cover
from clients.models import CalendarFeed, CareLink, Session
from psywellpath.logs import hide_keys
from tests.support.sql import ask

PAGE = "/accounts/me/calendar/"
KEY = re.compile(r"http\S+(/calendar/[A-Za-z0-9_-]{43,}\.ics)")


def made(cast, *, names: bool = False) -> str:
    return f"/calendar/{calendar.make(by=cast.meera, names=names)}.ics"


def entries(address: str) -> list[dict]:
    answer = Browser().get(address)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def summaries(address: str) -> list[str]:
    return [str(event["summary"]) for event in entries(address)]


@pytest.fixture
def session(cast) -> Session:
    at = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    return Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=at, minutes=80, place="video",
        place_detail="https://example.org/canary-room",
    )  # fmt: skip


def test_an_address_is_made_shown_once_renewed_and_switched_off(cast, browser_of, session):
    browser = browser_of(cast.meera)
    assert PAGE in browser.get("/accounts/me/").content.decode()
    first = KEY.search(browser.post(PAGE, {}).content.decode())[1]
    assert not KEY.search(browser.get(PAGE).content.decode()), "shown only once"
    stored = CalendarFeed.objects.get()
    assert stored.key_hash not in first
    (event,) = entries(first)
    assert (event["summary"], event.decoded("dtstart")) == ("Session", session.at)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=80)
    second = KEY.search(browser.post(PAGE, {"names": "on"}).content.decode())[1]
    assert second != first
    assert Browser().get(first).status_code == 404
    assert summaries(second) == ["Asha Verma"]
    browser.post(PAGE, {"off": "yes"})
    assert Browser().get(second).status_code == 404
    verbs = AuditEvent.objects.filter(actor=cast.meera.pk, verb__startswith="calendar address")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "calendar address made", "calendar address switched off",
        "calendar address with names made",
    ]  # fmt: skip


def test_entries_say_nothing_about_the_client(cast, session):
    text = Browser().get(made(cast)).content.decode()
    for secret in ("Asha", "Verma", "canary", str(session.pk), str(cast.asha.pk), "video"):
        assert secret not in text
    assert "canary" not in Browser().get(made(cast, names=True)).content.decode()


def test_it_ends_with_the_role_the_account_and_the_care(cast, session):
    address = made(cast)
    links = CareLink.objects.filter(client=cast.asha, therapist=cast.meera)
    links.update(ends_at=timezone.now())
    assert entries(address) == []
    group = Group.objects.get(name="therapist")
    cast.meera.groups.remove(group)
    assert Browser().get(address).status_code == 404
    cast.meera.groups.add(group)
    assert Browser().get(address).status_code == 200
    cast.meera.is_active = False
    cast.meera.save()
    assert Browser().get(address).status_code == 404
    assert Browser().get("/calendar/nonsense.ics").status_code == 404


def test_covered_sessions_are_in_it_while_the_cover_lasts(cast):
    now = timezone.now()
    both = {"client": cast.rohan, "therapist": cast.vikram}
    inside, _after = (
        Session.objects.create(**both, at=now + timedelta(days=days)) for days in (2, 9)
    )
    cover.arrange(
        clients=[cast.rohan], therapist=cast.meera, by=cast.manoj, starts_at=now,
        ends_at=now + timedelta(days=5),
    )  # fmt: skip
    (event,) = entries(made(cast))
    assert (event["uid"], event["summary"]) == (str(inside.calendar_uid), "Session (cover)")
    assert summaries(made(cast, names=True)) == ["Rohan Iyer (cover for Vikram Sen)"]


@pytest.mark.parametrize(
    ("days", "state", "shown"),
    [(-29, "held", True), (-32, "held", False), (179, "planned", True), (181, "planned", False),
     (3, "moved", False), (-3, "missed", False)],
)  # fmt: skip
def test_which_sessions_are_in_it(cast, days, state, shown):
    at = timezone.now() + timedelta(days=days)
    Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=at, state=state,
        recorded_at=None if state == "planned" else timezone.now(),
    )  # fmt: skip
    assert bool(entries(made(cast))) == shown


def test_an_unchanged_calendar_is_not_sent_again(cast, session):
    address = made(cast)
    first = Browser().get(address)
    assert Browser().get(address).content == first.content
    again = Browser().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Session.objects.filter(pk=session.pk).update(state="moved", recorded_at=timezone.now())
    changed = Browser().get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_the_reading_is_recorded_once_a_day_and_for_each_client_named(cast, session):
    def recorded() -> list:
        rows = AuditEvent.objects.filter(verb="calendar read", actor=cast.meera.pk)
        return list(rows.order_by("client").values_list("client", flat=True))

    address = made(cast)
    for _ in range(3):
        entries(address)
    assert recorded() == [None]
    address = made(cast, names=True)
    for _ in range(3):
        entries(address)
    assert set(recorded()) == {None, cast.asha.pk}
    assert len(recorded()) == 2
    care.start_care(client=cast.rohan, therapist=cast.meera, by=cast.manoj)
    Session.objects.create(
        client=cast.rohan, therapist=cast.meera, at=session.at + timedelta(hours=3)
    )
    entries(address)
    assert recorded().count(cast.rohan.pk) == 1


def test_the_key_stays_out_of_logs_referrers_and_caches(cast):
    address = made(cast)
    key = address.split("/")[2].removesuffix(".ics")
    assert key not in hide_keys(f'"GET {address} HTTP/1.1" 404')
    answer = Browser().get(address)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_a_program_that_asks_too_often_is_refused(cast):
    address = made(cast)
    answers = [Browser().get(address).status_code for _ in range(61)]
    assert answers[:60] == [200] * 60
    assert answers[60] == 429


def test_nobody_else_reaches_the_row(cast, session):
    made(cast)
    for user in (cast.vikram, cast.manoj, cast.asha.user, cast.esha):
        with row_security.web_role():
            row_security.set_actor(user)
            assert ask("SELECT count(*) FROM clients_calendarfeed") == [(0,)], user


@pytest.mark.parametrize("names", [False, True])
def test_the_same_queries_with_five_sessions_and_with_500(cast, names):
    address, counts = made(cast, names=names), []
    for many in (5, 500):
        Session.objects.all().delete()
        Session.objects.bulk_create(
            Session(
                client=cast.asha, therapist=cast.meera, at=timezone.now() + timedelta(hours=8 * n)
            )
            for n in range(many)
        )
        Browser().get(address)
        with CaptureQueriesContext(connection) as captured:
            assert len(entries(address)) == many
        counts.append(len(captured))
    assert counts[0] == counts[1]
    print(f"queries of the feed with 5 and 500 sessions: {counts}")
