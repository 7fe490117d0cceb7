"""Asking for a first session: stored once, with only the chosen facts, and read by managers
only."""

import re
import threading
import uuid
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from accounts.database import row_security
from accounts.models import AuditEvent
from assessments.taking import actions as assessments
from clients.intake import enquiries
from clients.models import Client, Enquiry
from tests.support import cast as people
from tests.support.sql import written

FIELDS = {
    "name": "Sana Qureshi",
    "email": "sana@example.org",
    "about": "canary-about",
    "consent": "on",
}


def form_data(**changed) -> dict:
    return FIELDS | {"key": str(uuid.uuid4())} | changed


def test_a_visitor_sends_a_request_and_is_thanked(db, browser_of):
    browser = browser_of()
    page = browser.get("/enquiry/")
    assert "It can take us some time to read this" in page.content.decode()
    assert browser.post("/enquiry/", form_data()).url == "/enquiry/thanks/"
    enquiry = Enquiry.objects.get()
    assert (enquiry.name, enquiry.about, enquiry.attempt) == (FIELDS["name"], FIELDS["about"], None)
    assert b"has arrived" in browser.get("/enquiry/thanks/").content


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"email": ""}, "an email address or a phone number"),
        ({"email": "not an address"}, "valid email address"),
        ({"email": "", "phone": "12"}, "too short for a phone number"),
        ({"consent": ""}, "Without your agreement we are not allowed to contact you"),
        ({"name": ""}, "a name that we may call you by"),
        ({"about": "x" * 501}, "at most 500 characters"),
    ],
)
def test_an_invalid_request_shows_the_error_and_keeps_the_text(db, browser_of, changed, message):
    answer = browser_of().post("/enquiry/", form_data(**changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "canary-about" in page or "about" in changed
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"name": "Asha"}, {"phone": "12"}, {"email": "no"}])
def test_what_is_missing_is_said_in_plain_words_and_leads_to_its_field(db, browser_of, sent):
    """Without a name, too, nobody reads the name of a database's rule."""
    page = browser_of().post("/enquiry/", sent).content.decode()
    summary = page.split("error-summary")[1].split("</div>")[0]
    linked = re.findall(r'href="#([\w-]+)"', summary)
    assert summary.count("<li>") == len(linked) > 0
    assert all(f'id="{field}"' in page for field in linked)
    assert "id_email" in linked or "phone" in sent
    assert "Constraint" not in page
    assert "Error:" in page.split("<title>")[1].split("</title>")[0]


def test_a_damaged_key_does_not_prevent_a_request(db, browser_of):
    assert browser_of().post("/enquiry/", form_data(key="nonsense")).status_code == 302
    assert Enquiry.objects.count() == 1


def test_a_phone_number_is_enough(db, browser_of):
    browser_of().post("/enquiry/", form_data(email="", phone="+91 98765 43210"))
    assert Enquiry.objects.get().phone == "+91 98765 43210"


@pytest.mark.django_db(transaction=True)
def test_ten_concurrent_clicks_are_one_request():
    data = form_data()

    def send():
        Browser().post("/enquiry/", data)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Enquiry.objects.count() == 1


def test_another_persons_key_changes_nothing(db, browser_of):
    first = form_data()
    browser_of().post("/enquiry/", first)
    browser_of().post("/enquiry/", first | {"name": "Mallory", "email": "m@example.org"})
    assert Enquiry.objects.get().name == "Sana Qureshi"


@pytest.fixture
def attempt(db):
    taken = assessments.start_attempt(
        version=people.questionnaire(), by=None, target=people.IN_GENERAL
    )
    answers = {item.id: 3 for item in taken.questionnaire.items}
    assessments.save_answers(attempt=taken, answers=answers)
    assessments.submit(attempt=taken)
    taken.refresh_from_db()
    return taken


@pytest.mark.parametrize("attach", [True, False])
def test_a_result_is_attached_only_if_they_agree(cast, attempt, browser_of, attach):
    browser = browser_of()
    page = browser.post("/enquiry/", {"from_result": attempt.key}).content.decode()
    assert "Attach my result" in page
    assert attempt.key in page
    browser.post(
        "/enquiry/", form_data(attempt_key=attempt.key, **({"attach": "on"} if attach else {}))
    )
    enquiry = Enquiry.objects.get()
    assert (enquiry.attempt == attempt) == attach
    data = {"name": "Sana", "email": "sana@example.org", "therapist": str(cast.meera.pk)}
    manager = browser_of(cast.manoj)
    assert manager.post(enquiry.get_absolute_url(), data).url == "/practice/enquiries/"
    client = Client.objects.get(user__email="sana@example.org")
    assert client.shared_results.count() == int(attach)
    assert Client.objects.visible_to(cast.meera).contains(client)
    assert mail.outbox[-1].to == ["sana@example.org"]
    enquiry.refresh_from_db()
    assert enquiry.client == client
    assert browser_of().get(attempt.get_result_url()).status_code == (302 if attach else 200)


def test_another_persons_result_is_not_attached(cast, browser_of, attempt):
    assessments.keep(attempt=attempt, by=cast.asha.user)
    browser_of().post("/enquiry/", form_data(attempt_key=attempt.key, attach="on"))
    assert Enquiry.objects.get().attempt is None


def ask_once() -> Enquiry:
    return Enquiry.objects.create(name="S", email="s@example.org", consented_at=timezone.now())


def test_only_managers_read_requests_and_reading_is_audited(cast, browser_of):
    enquiry = ask_once()
    for user in (cast.meera, cast.esha, cast.asha.user):
        assert browser_of(user).get(enquiry.get_absolute_url()).status_code == 403
    assert browser_of(cast.manoj).get(enquiry.get_absolute_url()).status_code == 200
    assert AuditEvent.objects.get(verb="enquiry opened").actor == cast.manoj.pk


def test_a_request_is_answered_once(cast, browser_of):
    enquiry = ask_once()
    browser = browser_of(cast.manoj)
    browser.post(f"{enquiry.get_absolute_url()}close/")
    with pytest.raises(ValidationError):
        enquiries.accept(
            enquiry=enquiry, email="s@example.org", name="S", therapist=cast.meera, by=cast.manoj
        )
    with pytest.raises(PermissionDenied):
        enquiries.close_enquiry(enquiry=enquiry, by=cast.meera)
    assert not Client.objects.filter(user__email="s@example.org").exists()


def test_the_database_requires_contact_details(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.create(name="S", consented_at=timezone.now())


def test_a_clinician_looks_at_a_request_the_same_working_day(cast, browser_of, mailoutbox):
    """Only the one whom the manager asked reads it, advises, and only until it is closed."""
    enquiry = Enquiry.objects.create(
        name="Sana", email="s@example.org", about="canary-about", consented_at=timezone.now(),
        created_at=datetime(2031, 5, 1, 9, tzinfo=ZoneInfo("Asia/Kolkata")),
    )  # fmt: skip
    manager, look = browser_of(cast.manoj), f"/requests/{enquiry.pk}/"
    page = manager.get(enquiry.get_absolute_url()).content.decode()
    assert "by the end of Thursday, 1 May" in page
    assert "nobody asked yet" in manager.get("/practice/enquiries/").content.decode()
    assert "not looked at by a clinician: 1" in manager.get("/practice/").content.decode()
    assert browser_of(cast.meera).get(look).status_code == 404
    asked = {"clinician": str(cast.meera.pk)}
    for _ in range(2):
        manager.post(f"{enquiry.get_absolute_url()}clinician/", asked)
    assert [sent.to for sent in mailoutbox] == [[cast.meera.email]]
    assert "Sana" not in mailoutbox[0].body
    therapist = browser_of(cast.meera)
    assert look in therapist.get("/caseload/").content.decode()
    assert browser_of(cast.vikram).get(look).status_code == 404
    # As the owner, whom no row security helps.
    mine = {who: Enquiry.objects.with_clinician(who).exists() for who in (cast.meera, cast.vikram)}
    assert mine == {cast.meera: True, cast.vikram: False}
    assert "canary-about" in therapist.get(look).content.decode()
    assert therapist.post(look, {"advice": "nonsense"}).status_code == 422
    assert therapist.post(look, {"advice": "call today"}).url == "/caseload/"
    assert look not in therapist.get("/caseload/").content.decode()
    assert "Please call today" in manager.get("/practice/enquiries/").content.decode()
    assert "not looked at by a clinician: 0" in manager.get("/practice/").content.decode()
    manager.post(f"{enquiry.get_absolute_url()}close/")
    assert therapist.get(look).status_code == 404
    with pytest.raises(PermissionDenied):
        enquiries.advise(enquiry=enquiry, by=cast.meera, advice="can wait")


def test_a_request_that_nobody_looked_at_is_late_the_next_day():
    asked = datetime(2031, 5, 2, 17, tzinfo=ZoneInfo("Asia/Kolkata"))  # a Friday evening
    enquiry = Enquiry(created_at=asked)
    for days, late in ((0, False), (3, False), (4, True)):
        with mock.patch("django.utils.timezone.now", return_value=asked + timedelta(days=days)):
            assert enquiry.is_late == late, days
    enquiry.looked_at = asked
    with mock.patch("django.utils.timezone.now", return_value=asked + timedelta(days=9)):
        assert not enquiry.is_late


def test_the_database_lets_a_clinician_advise_and_change_nothing_else(cast):
    enquiry = ask_once()
    Enquiry.objects.filter(pk=enquiry.pk).update(clinician=cast.meera)
    where = f"WHERE id = '{enquiry.pk}'"
    advice = f"UPDATE clients_enquiry SET looked_at = now(), advice = 'can wait' {where}"
    other = f"UPDATE clients_enquiry SET clinician_id = '{cast.vikram.pk}' {where}"
    closed = f"UPDATE clients_enquiry SET closed_at = now() {where}"

    def tried(actor, statement: str) -> int | str:
        with row_security.web_role():
            row_security.set_actor(actor)
            return written(statement)

    assert tried(cast.vikram, advice) == 0
    assert tried(cast.meera, advice) == 1
    assert [tried(cast.meera, statement) for statement in (other, closed)] == ["42501"] * 2
    assert tried(cast.manoj, advice) == "42501", "a manager does not advise in her name"
    assert [tried(cast.manoj, statement) for statement in (other, closed)] == [1, 1]


@pytest.mark.parametrize("silently", [True, False])
def test_closing_a_request_says_where_else_to_turn(cast, browser_of, mailoutbox, silently):
    enquiry = ask_once()
    browser = browser_of(cast.manoj)
    data = {"silently": "yes"} if silently else {}
    for _ in range(2):
        browser.post(f"{enquiry.get_absolute_url()}close/", data)
    assert [sent.to for sent in mailoutbox] == ([] if silently else [["s@example.org"]])
    for sent in mailoutbox:
        assert "14416" in sent.body
        assert "not because of anything you did" in " ".join(sent.body.split())
        assert "therap" not in (sent.subject + sent.body).lower()
