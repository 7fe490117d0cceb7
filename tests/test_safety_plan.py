"""The safety plan: written by both, read on a phone, and nobody's words are lost."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from clients import safety
from clients.models import SafetyPlan

SAID = {"signs": "I stop answering", "calls": "Maya 98765 43210\nTele-MANAS: 14416\nmy room"}


def test_whom_to_call_is_one_tap(cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert "For hard hours" in browser.get("/path/safety/").content.decode()
    assert "/path/safety/" in browser.get("/path/").content.decode()
    data = SAID | {"seen": 0, "contact_name": "Ravi", "contact_phone": "+91 (98) 1111-2222"}
    for _ in range(2):  # a double click
        assert browser.post("/path/safety/edit/", data).url == "/path/safety/"
    assert SafetyPlan.objects.count() == 1
    page = browser.get("/path/safety/").content.decode()
    for number in ("tel:9876543210", "tel:14416", "tel:+919811112222"):
        assert number in page
    assert "my room" in page
    assert "The practice may not call them" in page


def test_the_therapist_writes_too_and_opening_is_recorded(cast, browser_of):
    browser, there = browser_of(cast.meera), f"/clients/{cast.asha.pk}/safety/"
    assert browser.post(f"{there}edit/", SAID | {"seen": 0}).url == there
    AuditEvent.objects.all()
    before = AuditEvent.objects.filter(verb="record opened").count()
    assert "I stop answering" in browser.get(there).content.decode()
    assert AuditEvent.objects.filter(verb="record opened").count() == before + 1
    assert (
        "Last written by Dr. Meera Nair"
        in browser_of(cast.asha.user).get("/path/safety/").content.decode()
    )


def test_both_write_at_once_and_no_word_is_lost(cast, browser_of):
    client, therapist = browser_of(cast.asha.user), browser_of(cast.meera)
    there = f"/clients/{cast.asha.pk}/safety/edit/"
    client.post("/path/safety/edit/", {"signs": "mine", "seen": 0})
    answer = therapist.post(there, {"signs": "theirs", "seen": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "mine" in page
    assert "theirs" in page
    assert 'name="seen" value="1"' in page
    therapist.post(there, {"signs": "mine and theirs", "seen": 1})
    kept = [plan.signs for plan in SafetyPlan.objects.order_by("version")]
    assert kept == ["mine", "mine and theirs"]


def test_nobody_else_writes_it(cast):
    for other in (cast.vikram, cast.farah, cast.manoj, cast.esha, cast.rohan.user):
        with pytest.raises(PermissionDenied):
            safety.write(client=cast.asha, by=other, plan=SafetyPlan(signs="x"), seen=0)


def test_the_emergency_contact_is_named_once():
    plan = SafetyPlan(calls="Nisha, my sister: 98450 00001", contact_name="Nisha Verma")
    plan.contact_phone = "9845000001"
    assert [call.number for call in plan.whom] == ["9845000001"]
    plan.contact_phone = "9845000009"
    assert [call.number for call in plan.whom] == ["9845000001", "9845000009"]
    assert not SafetyPlan().whom
