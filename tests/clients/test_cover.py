"""Cover for some days: who gets an email, how it is cancelled, and when it ends."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security
from accounts.models import AuditEvent, User
from clients.care import actions as care
from clients.care import cover
from clients.endings import loose_ends
from clients.models import CareLink, Client, Session, StepEvent
from clients.sessions import actions as sessions
from tests.support.sql import ask, refused

WORDS = "I am away for some days and think of you."


def caseload(cast, many: int) -> None:
    """More clients of Meera, created in bulk."""
    users = [User(email=f"c{n}@example.org", name=f"Canary {n}") for n in range(many)]
    User.objects.bulk_create(users)
    clients = Client.objects.bulk_create(Client(user=user) for user in users)
    StepEvent.objects.bulk_create(StepEvent(client=c, sequence=1, step_id=1) for c in clients)
    CareLink.objects.bulk_create(CareLink(client=c, therapist=cast.meera) for c in clients)


@pytest.fixture
def days() -> dict[str, datetime]:
    """Whole days, from the fourth day from now to the tenth."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return {"starts_at": midnight + timedelta(days=4), "ends_at": midnight + timedelta(days=11)}


def planned(cast, days, **more) -> CareLink:
    (link,) = cover.arrange(
        clients=[cast.asha], therapist=cast.vikram, by=cast.manoj, **days, **more
    )
    mail.outbox.clear()
    return link


def holiday(cast, browser, **more):
    first = timezone.localdate() + timedelta(days=4)
    data = {"away": cast.meera.pk, "therapist": cast.vikram.pk, "first": first}
    data |= {"last": first + timedelta(days=6), **more}
    page = LexborHTMLParser(browser.post("/practice/cover/", data).content.decode())
    seen = [field.attributes["value"] for field in page.css("input[name=seen]")]
    sure = data | {"confirm": "yes", "seen": seen}
    return [browser.post("/practice/cover/", sure).status_code for _ in range(2)], len(seen)


def test_a_cover_of_65_clients_sends_each_therapist_one_email(
    cast, browser_of, django_assert_max_num_queries
):
    caseload(cast, 64)
    with django_assert_max_num_queries(120):
        assert holiday(cast, browser_of(cast.manoj)) == ([302, 302], 65)
    assert (
        CareLink.objects.filter(therapist=cast.vikram, covers__therapist=cast.meera).count() == 65
    )
    assert sorted(m.to[0] for m in mail.outbox) == ["meera@example.org", "vikram@example.org"]
    bodies = {m.to[0]: m.body for m in mail.outbox}
    assert "Vikram Sen covers for you from" in bodies["meera@example.org"]
    assert "Dr. Meera Nair is away, and you cover for them" in bodies["vikram@example.org"]
    assert not [body for body in bodies.values() if "Canary" in body or "Asha" in body]


def test_a_list_that_has_changed_is_shown_again_with_what_has_changed(cast, browser_of):
    caseload(cast, 1)
    canary = Client.objects.get(user__name="Canary 0")
    first = timezone.localdate() + timedelta(days=4)
    data = {"away": cast.meera.pk, "therapist": cast.vikram.pk, "first": first, "last": first}
    browser, confirm = browser_of(cast.manoj), data | {"confirm": "yes", "words": WORDS}
    link = CareLink.objects.get(client=canary, therapist=cast.meera)

    def post(*seen) -> tuple[int, LexborHTMLParser]:
        response = browser.post("/practice/cover/", confirm | {"seen": seen})
        return response.status_code, LexborHTMLParser(response.content.decode())

    def alert_of(page: LexborHTMLParser) -> str:
        return " ".join(page.css_first("[role=alert]").text().split())

    status, page = post(cast.asha.pk, "damaged")
    alert = alert_of(page)
    assert status == 409
    assert "Added: Canary 0" in alert
    assert "No longer affected" not in alert
    assert WORDS in page.css_first("textarea[name=words]").text()
    seen = [field.attributes["value"] for field in page.css("input[name=seen]")]

    care.end_care(link=link, by=cast.manoj)
    status, page = post(*seen)
    alert = alert_of(page)
    assert status == 409
    assert "No longer affected: Canary 0" in alert
    assert "Added" not in alert
    assert not CareLink.objects.filter(therapist=cast.vikram, client=cast.asha).exists()

    status, _page = post(cast.asha.pk)
    assert status == 302
    assert not CareLink.objects.filter(therapist=cast.vikram, client=canary).exists()


def test_the_managers_message_goes_to_each_client_once(cast, browser_of):
    assert holiday(cast, browser_of(cast.manoj), words=WORDS) == ([302, 302], 1)
    assert sorted(m.to[0] for m in mail.outbox) == [
        "asha@example.org", "meera@example.org", "vikram@example.org",
    ]  # fmt: skip
    own = next(m.body for m in mail.outbox if m.to == ["asha@example.org"])
    link = CareLink.objects.get(client=cast.asha, therapist=cast.vikram)
    back = f"{link.last_day + timedelta(days=1):%-d %B %Y}"
    for words in (WORDS, f"{link.last_day:%-d %B %Y}, Vikram Sen is there for you.",
                  f"{back}, it is Dr. Meera Nair again."):  # fmt: skip
        assert words in " ".join(own.split()), words


def test_a_planned_cover_can_be_cancelled_on_both_pages(cast, browser_of, days):
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    for page, key, button in (
        (where, "link", {"what": "call_off"}),
        ("/practice/cover/", "call_off", {}),
    ):
        link = planned(cast, days, words=WORDS)
        shown = LexborHTMLParser(browser.get(page).content.decode()).css_first("main")
        assert "Cancel" in shown.text()
        assert [browser.post(page, button | {key: link.pk}).status_code for _ in range(2)] in (
            [302, 302],
            [302, 422],
        )
        assert not CareLink.objects.filter(therapist=cast.vikram, client=cast.asha).going_on()
        assert sorted(m.to[0] for m in mail.outbox) == [
            "asha@example.org", "meera@example.org", "vikram@example.org",
        ], "the client was told of it"  # fmt: skip
        shown = LexborHTMLParser(browser.get(page).content.decode()).css_first("main")
        assert "Cancel" not in shown.text()
        mail.outbox.clear()
    verbs = AuditEvent.objects.filter(verb="care link called off", client=cast.asha.pk)
    assert verbs.count() == 2
    own = browser_of(cast.asha.user).get("/path/looks/").content.decode()
    assert "cancelled the planned care of Vikram Sen" in own


def test_cancelling_an_unannounced_cover_sends_clients_no_email(cast, days):
    link = planned(cast, days)
    cover.call_off(links=[link], by=cast.manoj)
    assert sorted(m.to[0] for m in mail.outbox) == ["meera@example.org", "vikram@example.org"]
    with pytest.raises(PermissionDenied):
        cover.call_off(links=[link], by=cast.meera)
    for begun in (cast.asha.care_links.get(therapist=cast.meera),):
        with pytest.raises(ValidationError, match="begun"):
            cover.call_off(links=[begun], by=cast.manoj)


def test_cancelling_a_cover_asks_about_sessions_on_its_days(cast, browser_of, days):
    link = planned(cast, days)
    at = days["starts_at"] + timedelta(hours=10)
    session = Session.objects.create(client=cast.asha, therapist=cast.vikram, at=at)
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    response = browser.post(where, {"what": "call_off", "link": link.pk})
    assert (
        response.status_code,
        "These sessions will be cancelled" in response.content.decode(),
    ) == (
        200,
        True,
    )
    refused_ = browser.post("/practice/cover/", {"call_off": link.pk})
    assert "client by client" in refused_.content.decode()
    sure = {"what": "call_off", "link": link.pk, "confirm": "yes"}
    sure[f"call_off-of-{session.pk}"] = ""
    assert browser.post(where, sure).status_code == 302
    session.refresh_from_db()
    assert session.state == "moved"
    body = next(m.body for m in mail.outbox if m.to == ["asha@example.org"])
    assert "cancelled" in body


def test_a_cover_ends_with_the_care_that_it_covers(cast, days):
    """The care ends before the cover, ends during it, or is transferred."""
    middle, now = days["starts_at"] + timedelta(days=2), timezone.now()
    meera = cast.asha.care_links.get(therapist=cast.meera)
    link = planned(cast, days)
    care.set_end(link=meera, by=cast.manoj, at=middle)
    link.refresh_from_db()
    assert link.ends_at == middle
    care.set_end(link=meera, by=cast.manoj, at=now + timedelta(days=1))
    link.refresh_from_db()
    assert link.ends_at == link.starts_at, "cancelled"
    CareLink.objects.filter(pk=meera.pk).update(ends_at=None)
    other = planned(cast, days)
    care.transfer(
        client=cast.asha, from_therapist=cast.meera, to_therapist=cast.farah, at=middle,
        by=cast.manoj,
    )  # fmt: skip
    other.refresh_from_db()
    assert other.ends_at == middle
    late = cover.arrange(
        clients=[cast.asha], therapist=cast.neeshu, by=cast.manoj, away=cast.meera, **days
    )
    assert late[0].ends_at == middle, "nor can it be arranged for longer"


@pytest.mark.parametrize("when", [-1, 3, 40], ids=["before it", "within it", "after it"])
def test_a_transfer_replaces_the_new_therapists_cover(cast, days, when):
    link = planned(cast, days)
    at = days["starts_at"] + timedelta(days=when)
    session = Session.objects.create(
        client=cast.asha, therapist=cast.vikram, at=days["starts_at"] + timedelta(days=5)
    )
    new = care.transfer(
        client=cast.asha, from_therapist=cast.meera, to_therapist=cast.vikram, at=at, by=cast.manoj
    )
    link.refresh_from_db()
    expected = {-1: link.starts_at, 3: at, 40: days["ends_at"]}[when]
    assert (link.ends_at, new.starts_at, new.ends_at) == (expected, at, None)
    for days_on in range(60):
        at_time = days["starts_at"] + timedelta(days=days_on)
        links = CareLink.objects.filter(therapist=cast.vikram).current(at_time)
        assert links.filter(client=cast.asha).count() == (at_time >= min(at, new.starts_at) or
            link.starts_at <= at_time < link.ends_at), at_time  # fmt: skip
    session.refresh_from_db()
    assert session.state == "planned", "his own appointment stays"


def test_the_database_keeps_cancelled_care(cast, days):
    """As the owner, whom policies do not limit, and as the web role."""
    link = planned(cast, days)
    cover.call_off(links=[link], by=cast.manoj)
    meera = cast.asha.care_links.get(therapist=cast.meera)
    reopened = "UPDATE clients_carelink SET ends_at = %s WHERE id = %s"
    assert refused(reopened, (None, link.pk))
    assert refused(reopened, (days["ends_at"], link.pk))
    assert refused(reopened, (meera.starts_at, meera.pk)), "care that has begun is ended instead"
    never = CareLink(client=cast.asha, therapist=cast.vikram, starts_at=days["starts_at"])
    for wrong, error in (
        ({"ends_at": days["starts_at"]}, DatabaseError),
        ({"covers": CareLink.objects.get(client=cast.rohan)}, IntegrityError),
        ({"covers": link}, IntegrityError),
    ):
        for name, value in wrong.items():
            setattr(never, name, value)
        with pytest.raises(error), transaction.atomic():
            never.save(force_insert=True)
        never.ends_at = never.covers = None
    with row_security.web_role():
        row_security.set_actor(cast.manoj)
        assert refused(reopened, (days["ends_at"], link.pk))
        moved = "UPDATE clients_carelink SET covers_id = NULL WHERE id = %s"
        assert refused(moved, (link.pk,))
    again = planned(cast, days)
    assert again.pk != link.pk, "its days are free again"
    for at_time in (days["starts_at"], days["starts_at"] + timedelta(seconds=1)):
        links = CareLink.objects.filter(pk=link.pk)
        assert not links.current(at_time).exists()


def test_a_manager_sees_future_sessions_and_changes_nothing_else(cast, days):
    """With row-level security: a manager sees the times of future sessions, and can cancel them or
    plan them with a therapist who cares for the client then."""
    now, tomorrow = timezone.now(), timezone.now() + timedelta(days=1)
    past = Session.objects.create(client=cast.asha, therapist=cast.meera, at=now - timedelta(1))
    ahead = Session.objects.create(client=cast.asha, therapist=cast.meera, at=tomorrow)
    insert = "INSERT INTO clients_session (id, client_id, therapist_id, at, state) VALUES"
    insert += " (gen_random_uuid(), %s, %s, %s, %s)"
    with row_security.web_role():
        row_security.set_actor(cast.manoj)
        assert set(Session.objects.all()) == {ahead}
        assert ask("UPDATE clients_session SET state = state WHERE id = %s", (past.pk,)) == [(0,)]
        assert refused("UPDATE clients_session SET state = 'held', recorded_at = now()"
                       " WHERE id = %s", (ahead.pk,))  # fmt: skip
        assert refused("UPDATE clients_session SET at = now() WHERE id = %s", (ahead.pk,))
        later = tomorrow + timedelta(hours=2)
        assert refused(insert, (cast.asha.pk, cast.vikram.pk, later, "planned"))
        assert refused(insert, (cast.asha.pk, cast.meera.pk, now - timedelta(2), "planned"))
        assert not refused(insert, (cast.asha.pk, cast.meera.pk, later, "planned"))
        done = "UPDATE clients_session SET state = 'moved', recorded_at = now() WHERE id = %s"
        assert ask(done, (ahead.pk,)) == [(1,)]
    for other in (cast.esha, cast.vikram, cast.farah):
        with row_security.web_role():
            row_security.set_actor(other)
            assert not Session.objects.filter(client=cast.asha).exists()


def test_a_cancelled_session_frees_its_time(cast):
    at = timezone.now() + timedelta(days=1)
    Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=at, state="moved", recorded_at=timezone.now()
    )
    Session.objects.create(client=cast.asha, therapist=cast.meera, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(client=cast.asha, therapist=cast.meera, at=at)
    assert loose_ends.coming([cast.asha.pk], timezone.now())[0].at == at


def test_no_session_is_planned_beyond_the_care(cast, days):
    """A session cannot be planned or reinstated after the therapist's care has ended, nor at the
    time of another session."""
    link = cast.asha.care_links.get(therapist=cast.meera)
    at = days["starts_at"] + timedelta(hours=10)
    CareLink.objects.filter(pk=link.pk).update(ends_at=days["ends_at"])
    sessions.plan_session(client=cast.asha, by=cast.meera, at=at)
    with pytest.raises(ValidationError, match="does not care for this client on that day"):
        sessions.plan_session(client=cast.asha, by=cast.meera, at=days["ends_at"])
    old = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=at, state="moved", recorded_at=timezone.now()
    )
    again = {"by": cast.meera, "state": Session.State.PLANNED}
    with pytest.raises(ValidationError, match="already a session at that time"):
        sessions.record_session(session=old, **again)
    cover.arrange(clients=[cast.asha], therapist=cast.vikram, by=cast.manoj, **days)
    late = Session.objects.create(
        client=cast.asha, therapist=cast.vikram, at=days["ends_at"], state="moved",
        recorded_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(ValidationError, match="does not care for this client on that day"):
        sessions.record_session(session=late, **again)
