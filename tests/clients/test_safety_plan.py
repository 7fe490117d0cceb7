"""The safety plan: written by the client and the therapist, without losing either's text."""

import pytest
from django.core.exceptions import PermissionDenied
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent
from clients.models import SafetyPlan
from clients.safety_plan import actions as safety_plan

EDIT = "/path/safety/edit/"
FIELDS = {
    "signs": "I stop answering", "seen": 0,
    "call_name_0": "Maya", "call_number_0": "98765 43210",
    "call_name_1": "Leela 24x7 9845000002",
    "contact_name": "Ravi", "contact_phone": "+91 (98) 1111-2222",
}  # fmt: skip


def hidden(page: str) -> dict[str, str]:
    """The values of the form's hidden fields."""
    fields = LexborHTMLParser(page).css("main form input[type=hidden]")
    return {f.attributes["name"]: f.attributes.get("value") or "" for f in fields}


def confirmed(browser, address: str, data: dict):
    """Submits the form, and submits it again with the numbers confirmed."""
    page = browser.post(address, data).content.decode()
    assert "Not saved yet" in main(page)
    return browser.post(address, data | hidden(page))


def main(page: str) -> str:
    return " ".join(LexborHTMLParser(page).css_first("main").text().split())


def test_a_call_takes_one_tap(cast, browser_of):
    browser = browser_of(cast.asha.user)
    assert "For hard times" in main(browser.get("/path/safety/").content.decode())
    assert "/path/safety/" in browser.get("/path/").content.decode()
    assert confirmed(browser, EDIT, FIELDS).url == "/path/safety/"
    assert browser.post(EDIT, FIELDS).url == "/path/safety/", "a double click"
    assert SafetyPlan.objects.count() == 1
    page = LexborHTMLParser(browser.get("/path/safety/").content.decode()).css_first("main")
    assert "tel:14416" in browser.get("/path/safety/").content.decode(), "the help lines"
    calls = {a.attributes["href"]: a.text(strip=True) for a in page.css(".calls a")}
    assert set(calls) == {"tel:9876543210", "tel:+919811112222"}
    assert "Maya" in calls["tel:9876543210"]
    assert "Leela 24x7 9845000002" in page.text()
    assert "may still have to tell someone" in page.text()
    assert "Nobody is told that you opened this page" in page.text()


def test_a_number_is_dialled_only_once_it_is_confirmed(cast, browser_of):
    browser = browser_of(cast.asha.user)
    answer = browser.post(EDIT, FIELDS)
    page = answer.content.decode()
    assert not SafetyPlan.objects.exists()
    text = main(page)
    assert "“Call Maya” will call 98765 43210" in text
    assert "“Call Ravi” will call +91 (98) 1111-2222" in text
    assert "Leela 24x7 9845000002" not in text
    # A number that was changed after it was shown must be confirmed again.
    changed = FIELDS | {"call_number_0": "98765 43211"} | hidden(page)
    page = browser.post(EDIT, changed).content.decode()
    assert "98765 43211" in main(page)
    assert "“Call Ravi”" not in main(page)
    assert browser.post(EDIT, changed | hidden(page)).url == "/path/safety/"
    # Confirmed now. With another name it would be another button.
    again = changed | {"seen": 1, "confirmed": "", "signs": "more"}
    assert browser.post(EDIT, again).url == "/path/safety/"
    swapped = again | {"seen": 2, "call_name_0": "Asha's mother"}
    assert "mother” will call 98765 43211" in main(browser.post(EDIT, swapped).content.decode())
    assert SafetyPlan.objects.count() == 2


def test_the_action_itself_requires_confirmation(cast):
    plan = SafetyPlan(calls=[["Maya", "98765 43210"]])
    with pytest.raises(safety_plan.NumbersUnconfirmed):
        safety_plan.write(client=cast.asha, by=cast.asha.user, plan=plan, seen=0)
    safety_plan.write(
        client=cast.asha, by=cast.asha.user, plan=plan, seen=0, confirmed=["9876543210 Maya"]
    )
    assert SafetyPlan.objects.get().people_to_call == [("Maya", "98765 43210")]


def test_many_calls_and_an_invalid_number_keep_all_texts(cast, browser_of):
    browser = browser_of(cast.asha.user)
    data = {f"call_name_{n}": f"friend {n}" for n in range(11)} | {"seen": 0}
    assert browser.post(EDIT, data).url == "/path/safety/"
    assert len(SafetyPlan.objects.get().people_to_call) == 11
    form = LexborHTMLParser(browser.get(EDIT).content.decode()).css_first("main form")
    assert len(form.css("input[name^=call_name_]")) == 12
    answer = browser.post(EDIT, data | {"seen": 1, "call_number_3": "flat 3, 98765 43210"})
    assert answer.status_code == 422
    form = LexborHTMLParser(answer.content.decode()).css_first("main form")
    assert form.css_first("input[name=call_number_3]").attributes["value"] == "flat 3, 98765 43210"
    assert form.css_first("input[name=call_name_10]").attributes["value"] == "friend 10"


def test_no_message_promises_that_it_is_read(cast, browser_of, mailoutbox):
    """After the client writes: no promise, and one email a day to each therapist, without the
    text."""
    browser = browser_of(cast.asha.user)
    for n, words in enumerate(("one", "two")):
        answer = browser.post(EDIT, {"signs": words, "seen": n}, follow=True)
        page = main(answer.content.decode())
        assert "Your therapist can read it, but perhaps not today" in page
        assert "call one of the help lines on this page" in page
    assert [mail.to for mail in mailoutbox] == [[cast.meera.email]]
    assert "Asha" not in mailoutbox[0].subject + mailoutbox[0].body
    assert "plan" not in mailoutbox[0].body
    mailoutbox.clear()
    safety_plan.write(client=cast.asha, by=cast.meera, plan=SafetyPlan(signs="hers"), seen=2)
    assert not mailoutbox, "the therapist wrote it"


def test_the_therapist_writes_too_and_reading_is_audited(cast, browser_of):
    browser, page = browser_of(cast.meera), f"/clients/{cast.asha.pk}/safety/"
    assert confirmed(browser, f"{page}edit/", FIELDS).url == page
    before = AuditEvent.objects.filter(verb="record opened").count()
    assert "I stop answering" in browser.get(page).content.decode()
    assert AuditEvent.objects.filter(verb="record opened").count() == before + 1
    assert (
        "Last written by Dr. Meera Nair"
        in browser_of(cast.asha.user).get("/path/safety/").content.decode()
    )


def test_concurrent_changes_lose_no_text(cast, browser_of):
    client, therapist = browser_of(cast.asha.user), browser_of(cast.meera)
    address = f"/clients/{cast.asha.pk}/safety/edit/"
    client.post("/path/safety/edit/", {"signs": "mine", "seen": 0})
    answer = therapist.post(address, {"signs": "theirs", "seen": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "mine" in page
    assert "theirs" in page
    assert 'name="seen" value="1"' in page
    therapist.post(address, {"signs": "mine and theirs", "seen": 1})
    versions = [plan.signs for plan in SafetyPlan.objects.order_by("version")]
    assert versions == ["mine", "mine and theirs"]


def test_nobody_else_writes_it(cast):
    for other in (cast.vikram, cast.farah, cast.manoj, cast.esha, cast.rohan.user):
        with pytest.raises(PermissionDenied):
            safety_plan.write(client=cast.asha, by=other, plan=SafetyPlan(signs="x"), seen=0)
