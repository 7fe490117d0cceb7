"""Calls about a first-session request: noted once, in one's own name, and never
changed; the list says what comes next."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.database import row_security
from accounts.models import AuditEvent
from clients.first_contact.safe_contact import SafeContact, Way
from clients.intake import enquiries
from clients.models import Callback, Enquiry, EnquiryContact
from tests.support.page_parts import main
from tests.support.sql import ask, refused

LIST = "/practice/enquiries/"


def request_of(name="Sana Qureshi", **columns) -> Enquiry:
    return Enquiry.objects.create(
        **{"name": name, "phone": "+91 98765 43210", "consented_at": timezone.now()} | columns
    )


def text_of(answer) -> str:
    return " ".join(main(answer).split())


def note(browser, enquiry, **data):
    data = {"outcome": "no answer", "key": str(uuid.uuid4())} | data
    return browser.post(f"{LIST}{enquiry.pk}/contact/", data)


def test_each_try_is_listed_with_its_day_its_person_and_what_comes_next(cast, browser_of):
    enquiry, browser = request_of(), browser_of(cast.manoj)
    page = text_of(browser.get(enquiry.get_absolute_url()))
    assert "Nobody has called or written yet." in page
    assert "none yet" in text_of(browser.get(LIST))
    today = timezone.localdate()
    assert note(browser, enquiry, call_on=today).status_code == 302
    assert "call today" in text_of(browser.get(LIST))
    assert "to call again today: 1" in text_of(browser.get("/practice/"))
    proposed = timezone.localtime() + timedelta(days=3)
    answer = note(browser, enquiry, outcome="spoke", proposed_at=f"{proposed:%Y-%m-%dT%H:%M}")
    assert answer.status_code == 302
    page = text_of(browser.get(enquiry.get_absolute_url()))
    for words in ("Called, no answer", "Spoke with them", "Manoj Rao", "Call again on",
                  "First session proposed:"):  # fmt: skip
        assert words in page, words
    listed = text_of(browser.get(LIST))
    assert "2 contacts so far" in listed
    assert "call today" not in listed, "the latest contact says what comes next"
    assert "to call again" not in text_of(browser.get("/practice/"))
    assert AuditEvent.objects.filter(verb="enquiry contacted", actor=cast.manoj.pk).count() == 2


def test_a_double_click_notes_one_contact(cast, browser_of):
    enquiry, browser, key = request_of(), browser_of(cast.manoj), str(uuid.uuid4())
    assert [note(browser, enquiry, key=key).status_code for _ in range(2)] == [302, 302]
    assert enquiry.contacts.count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"outcome": ""}, "required"),
        ({"outcome": "guessed"}, "not one of the available choices"),
        ({"call_on": "2020-01-01"}, "This day has passed."),
        ({"call_on": "2226-01-01"}, "Is the year right?"),
        ({"proposed_at": "2020-01-01T10:00"}, "This time has passed."),
        ({"proposed_at": "2226-01-01T10:00"}, "Is the year right?"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(cast, browser_of, data, message):
    enquiry = request_of()
    typed = {"call_on": str(timezone.localdate() + timedelta(days=2))} | data
    answer = note(browser_of(cast.manoj), enquiry, **typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page
    assert f'value="{typed["call_on"]}"' in page
    assert not EnquiryContact.objects.exists()


def test_only_managers_and_only_while_it_is_open(cast, browser_of):
    enquiry = request_of(clinician=cast.meera)
    with pytest.raises(PermissionDenied):
        enquiries.note_contact(enquiry=enquiry, by=cast.meera, outcome="spoke")
    enquiries.close_enquiry(enquiry=enquiry, by=cast.manoj)
    with pytest.raises(ValidationError, match="already been answered"):
        enquiries.note_contact(enquiry=enquiry, by=cast.manoj, outcome="spoke")
    answer = note(browser_of(cast.manoj), enquiry)
    assert answer.status_code == 422
    assert "already been answered" in answer.content.decode()


def test_the_database_guards_it_too(cast):
    """As the web's role: in one's own name, about an open request, never changed or deleted."""
    enquiry, closed = request_of(), request_of(closed_at=timezone.now())
    enquiries.note_contact(enquiry=enquiry, by=cast.manoj, outcome="spoke")
    insert = (
        "INSERT INTO clients_enquirycontact (id, enquiry_id, outcome, made_at, made_by_id,"
        " idempotency_key) VALUES (gen_random_uuid(), %s, 'spoke', now(), %s, gen_random_uuid())"
    )
    forged = [
        (cast.manoj, insert, (enquiry.pk, cast.meera.pk)),
        (cast.manoj, insert, (closed.pk, cast.manoj.pk)),
        (cast.meera, insert, (enquiry.pk, cast.meera.pk)),
        (cast.manoj, "UPDATE clients_enquirycontact SET outcome = 'wrote'", ()),
        (cast.manoj, "DELETE FROM clients_enquirycontact", ()),
    ]
    for user, statement, values in forged:
        with row_security.web_role():
            row_security.set_actor(user)
            assert refused(statement, values), (user, statement)
    for user, many in {cast.manoj: 1, cast.meera: 0, cast.asha.user: 0, cast.esha: 0}.items():
        with row_security.web_role():
            row_security.set_actor(user)
            assert len(ask("SELECT * FROM clients_enquirycontact")) == many, user


def test_how_to_reach_somebody_is_said_on_both_lists(cast, browser_of):
    browser = browser_of(cast.manoj)
    by_email = SafeContact(way=Way.EMAIL).to_store()
    enquiry = request_of(email="s@example.org", contact=by_email)
    for page in (LIST, enquiry.get_absolute_url()):
        shown = text_of(browser.get(page))
        assert "Leave no message (they did not say)" in shown
        assert "Email, do not call" in shown
    assert "No permission yet to call them." in shown
    Enquiry.objects.filter(pk=enquiry.pk).update(closed_at=timezone.now(), client=cast.asha)
    came_by = request_of(contact=SafeContact(message=True, name_us=False).to_store())
    enquiries.accept(
        enquiry=came_by, email="sana@example.org", name="Sana", therapist=cast.vikram,
        by=cast.manoj,
    )  # fmt: skip
    client = Enquiry.objects.get(pk=came_by.pk).client
    Callback.objects.create(client=client, number="+91 98765 43210")
    Callback.objects.create(client=cast.rohan, number="+91 98765 43211")
    calls = text_of(browser.get("/practice/calls/"))
    assert calls.count("Do not say who you are") == 1, "nothing is known of the other"
    assert "A message is fine" in calls


def test_queries_do_not_grow(cast, browser_of, django_assert_num_queries):
    browser = browser_of(cast.manoj)

    def fill(many):
        for number in range(many):
            enquiry = request_of(f"N{number}")
            for _ in range(2):
                enquiries.note_contact(enquiry=enquiry, by=cast.manoj, outcome="no answer")

    fill(2)
    with CaptureQueriesContext(connection) as few:
        browser.get(LIST)
    fill(18)
    with django_assert_num_queries(len(few)):
        browser.get(LIST)
