"""How a client can be reached: their own page, the record's, and what is at hand in its head."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security
from accounts.models import AuditEvent
from clients.contact_details import actions
from clients.contact_details.queries import emergency_contact
from clients.models import Client, ContactDetails, Enquiry, SafetyPlan
from clients.rights import export
from clients.safety_plan import actions as safety_plan
from tests.support.sql import refused

OWN = "/path/contact/"
SAID = {
    "phone": "98450 00011", "message": "no", "name_us": "yes", "time": "evening",
    "contact_name": "canary-ravi", "contact_relation": "canary-brother",
    "contact_phone": "98450 00012", "may_call_contact": "in danger",
}  # fmt: skip


def text(answer, selector: str = "main") -> str:
    node = LexborHTMLParser(answer.content.decode()).css_first(selector)
    assert node is not None
    return " ".join(node.text().split())


def at_hand(browser, client: Client, tab: str = "") -> LexborHTMLParser:
    answer = browser.get(client.get_absolute_url() + tab)
    return LexborHTMLParser(answer.content.decode())


def test_what_the_client_writes_is_one_tap_away_for_the_therapist(cast, browser_of):
    own = browser_of(cast.asha.user)
    for _ in range(2):  # A double click.
        assert own.post(OWN, SAID | {"seen": 0}).url == OWN
    assert ContactDetails.objects.get().version == 1
    assert AuditEvent.objects.get(verb="contact details written").client == cast.asha.pk
    for tab in ("", "notes/", "path/"):
        head = at_hand(browser_of(cast.meera), cast.asha, tab).css_first(".at-hand")
        numbers = [link.attributes["href"] for link in head.css("a[href^='tel:']")]
        assert numbers == ["tel:9845000011", "tel:9845000012"]
        words = " ".join(head.text().split())
        for part in (
            "canary-ravi, canary-brother", "Leave no message", "Call: Evenings",
            "You may say who you are", "Call them only if you fear for the client’s safety",
            ", by Asha Verma)", "Nothing planned",
        ):  # fmt: skip
            assert part in words, part
    manager = browser_of(cast.manoj).get(f"/practice/care/{cast.asha.pk}/").content.decode()
    assert "canary" not in manager
    rows = export.gather(cast.asha)["clients.ContactDetails"]
    assert [row["contact_name"] for row in rows] == ["canary-ravi"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM clients_contactdetails t")
        stored = str(cursor.fetchall())
    assert "canary" not in stored
    assert "98450" not in stored


def test_the_therapist_writes_it_and_both_find_the_others_text(cast, browser_of):
    staff, own = browser_of(cast.meera), browser_of(cast.asha.user)
    address = f"{cast.asha.get_absolute_url()}contact/"
    answer = staff.post(address, SAID | {"seen": 0})
    assert answer.url == f"{cast.asha.get_absolute_url()}#contact"
    assert "98450 00011" in own.get(OWN).content.decode()
    late = own.post(OWN, SAID | {"phone": "98450 00099", "seen": 0})
    assert late.status_code == 409
    assert "Somebody else changed this" in text(late)
    assert "98450 00011" in text(late)
    assert "98450 00099" in late.content.decode()
    assert own.post(OWN, SAID | {"phone": "98450 00099", "seen": 1}).status_code == 302
    assert [one.phone for one in ContactDetails.objects.all()] == ["98450 00099", "98450 00011"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"phone": "98450"}, "one phone number"),
        ({"contact_phone": "flat 302"}, "one phone number"),
        ({"contact_name": ""}, "Please say whose number this is."),
        ({"may_call_contact": ""}, "Please say whether we may call them."),
        ({"may_call_contact": "perhaps"}, "not one of the available choices"),
        ({"time": "midnight"}, "not one of the available choices"),
    ],
)
def test_a_wrong_entry_comes_back_with_the_others(cast, browser_of, changed, message):
    answer = browser_of(cast.asha.user).post(OWN, SAID | {"seen": 0} | changed)
    assert answer.status_code == 422
    assert message in text(answer)
    assert "canary-brother" in answer.content.decode()
    assert not ContactDetails.objects.exists()


def test_the_answers_of_the_request_are_taken_over(cast, browser_of):
    form = {
        "key": "6a1f6a52-7a2b-4a70-9d0c-0f4f4f2e8a01", "name": "Sana", "phone": "98450 00013",
        "email": "", "about": "", "consent": "on", "message": "yes", "language": "Hindi",
    }  # fmt: skip
    assert browser_of().post("/enquiry/", form).status_code == 302
    enquiry = Enquiry.objects.get()
    data = {"name": "Sana", "email": "sana@example.org", "therapist": str(cast.meera.pk)}
    browser_of(cast.manoj).post(enquiry.get_absolute_url(), data)
    details = ContactDetails.objects.get(client__user__email="sana@example.org")
    assert (details.phone, details.safe_contact.message) == ("98450 00013", True)
    assert details.safe_contact.language == "Hindi"
    own = SAID | {"message": "no", "seen": 1}
    assert browser_of(details.client.user).post(OWN, own).status_code == 302
    assert details.client.contact_details.first().safe_contact.language == "Hindi", "it stays"


def test_the_contact_of_the_safety_plan_stands_in(cast):
    assert emergency_contact(None, None) is None
    plan = SafetyPlan(contact_name="Leela", contact_phone="98450 00014", written_by=cast.asha.user)
    assert emergency_contact(None, plan).allowed is False
    plan.contact_agreed = True
    details = ContactDetails(phone="98450 00015", written_by=cast.meera)
    found = emergency_contact(details, plan)
    assert (found.name, found.dialled, found.from_plan) == ("Leela", "9845000014", True)
    assert str(found.permission) == "Call them only if you fear for the client’s safety"
    named = ContactDetails(contact_name="Ravi", may_call_contact="yes", written_by=cast.meera)
    found = emergency_contact(named, plan)
    assert (found.name, found.dialled, found.from_plan) == ("Ravi", "", False)


def test_the_plan_is_a_button_in_the_head(cast, browser_of):
    browser = browser_of(cast.meera)
    assert "Not written yet" in at_hand(browser, cast.asha).css_first(".at-hand").text()
    safety_plan.write(
        client=cast.asha, by=cast.asha.user, plan=SafetyPlan(contact_name="Leela"), seen=0
    )
    button = at_hand(browser, cast.asha).css_first(".at-hand a[href$='/safety/']")
    assert button.text().strip() == "Open the plan"


def test_nobody_else_reads_or_writes_it(cast):
    details = ContactDetails(phone="98450 00016")
    actions.write(client=cast.asha, by=cast.meera, details=details, seen=0)
    for other in (cast.vikram, cast.farah, cast.manoj, cast.esha, cast.rohan.user):
        with pytest.raises(PermissionDenied):
            actions.write(client=cast.asha, by=other, details=ContactDetails(), seen=1)
    insert = (
        "INSERT INTO clients_contactdetails (id, client_id, version, written_by_id, written_at,"
        " may_call_contact) VALUES (gen_random_uuid(), %s, 9, %s, now(), 'no')"
    )
    for user, reaches in (
        (cast.asha.user, True), (cast.meera, True), (cast.vikram, False), (cast.farah, False),
        (cast.manoj, False), (cast.esha, False), (cast.rohan.user, False),
    ):  # fmt: skip
        with row_security.web_role():
            row_security.set_actor(user)
            assert ContactDetails.objects.exists() == reaches, user
            assert refused("UPDATE clients_contactdetails SET version = 5")
            assert refused("DELETE FROM clients_contactdetails")
            assert refused(insert, (cast.asha.pk, cast.meera.pk)) == (user != cast.meera), user
