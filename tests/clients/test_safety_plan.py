"""The safety plan: written by the client and the therapist, without losing either's text."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent
from clients.models import SafetyPlan
from clients.safety_plan import actions as safety_plan
from tests.support.clocks import clock_at

EDIT = "/path/safety/edit/"
FIELDS = {
    "signs": "I stop answering", "seen": 0,
    "call_name_0": "Maya", "call_number_0": "98765 43210",
    "call_name_1": "Leela 24x7 9845000002",
    "doctor_name": "Dr. Das, ward 3", "doctor_number": "080 2345 6789", "doctor_hours": "10 to 4",
    "emergency_name": "St. John’s, gate 2, bed 302",
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
    assert "This plan is for hard times" in main(browser.get("/path/safety/").content.decode())
    assert "/path/safety/" in browser.get("/path/").content.decode()
    assert confirmed(browser, EDIT, FIELDS).url == "/path/safety/"
    assert browser.post(EDIT, FIELDS).url == "/path/safety/", "a double click"
    assert SafetyPlan.objects.count() == 1
    page = LexborHTMLParser(browser.get("/path/safety/").content.decode()).css_first("main")
    assert "tel:14416" in browser.get("/path/safety/").content.decode(), "the help lines"
    calls = {a.attributes["href"]: a.text(strip=True) for a in page.css(".plan-part .calls a")}
    assert set(calls) == {"tel:9876543210", "tel:+919811112222", "tel:08023456789"}
    assert "10 to 4" in calls["tel:08023456789"]
    assert "St. John’s, gate 2, bed 302" in page.text()
    assert "Maya" in calls["tel:9876543210"]
    assert "Leela 24x7 9845000002" in page.text()
    assert "may still have to tell someone" in page.text()
    meta = LexborHTMLParser(browser.get("/path/safety/").content.decode()).css_first(
        "meta[name=format-detection]"
    )
    assert meta.attributes["content"] == "telephone=no", "digits in a name are no link either"
    assert "Nobody is told that you opened this." in page.text()


def test_a_number_is_dialled_only_once_it_is_confirmed(cast, browser_of):
    browser = browser_of(cast.asha.user)
    answer = browser.post(EDIT, FIELDS)
    page = answer.content.decode()
    assert not SafetyPlan.objects.exists()
    text = main(page)
    assert "“Call Maya” will call 98765 43210" in text
    assert "“Call Ravi” will call +91 (98) 1111-2222" in text
    assert "“Call Dr. Das, ward 3” will call 080 2345 6789" in text
    assert "Leela 24x7 9845000002" not in text
    assert "St. John’s" not in text
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


def test_the_plan_has_six_elements_in_order_below_the_help_lines(cast, browser_of):
    """Stanley and Brown's order, in which the professionals are a step of their own."""
    plan = SafetyPlan(
        signs="one", helps="two", company="three", calls=[["four", ""]],
        professionals=[["emergency", "five", "", ""]], surroundings="six", means="my aunt",
        matters="my sister", review_on=date(2031, 5, 1),
    )  # fmt: skip
    safety_plan.write(client=cast.asha, by=cast.meera, plan=plan, seen=0)
    for user, address in ((cast.asha.user, "/path/safety/"),
                          (cast.meera, f"/clients/{cast.asha.pk}/safety/")):  # fmt: skip
        page = browser_of(user).get(address).content.decode()
        # Below the head of the record, which names the contact, too.
        words = main(page)
        words = words[words.index("14416") :]
        order = ["14416", "1. How I notice", "one", "2. What I can do by myself", "two",
                 "3. People and places", "three", "4. People I can ask for help", "four",
                 "5. Professionals who can help me", "five", "6. Making it safer", "six",
                 "Who can keep medicines, pesticides, ropes or blades for now?", "my aunt",
                 "What matters to me", "I have not agreed in advance", "1 May 2031"]  # fmt: skip
        places = [words.index(part) for part in order]
        assert places == sorted(places), address


def test_an_older_plan_keeps_everything_and_an_unclear_number_has_no_button(cast, browser_of):
    """Rows from before there were professionals, with numbers that an older rule let pass."""
    SafetyPlan.objects.create(
        client=cast.asha, version=1, written_by=cast.meera, signs="before", professionals=None,
        calls=[["Dr. Das", "302"], ["Maya", "98765 43210"]], contact_phone="2345 6789",
    )  # fmt: skip
    browser = browser_of(cast.asha.user)
    page = LexborHTMLParser(browser.get("/path/safety/").content.decode()).css_first("main")
    assert "before" in page.text()
    assert [a.attributes["href"] for a in page.css(".plan-part a")] == ["tel:9876543210"]
    assert "302" in page.text()
    assert "2345 6789" in page.text()
    form = LexborHTMLParser(browser.get(EDIT).content.decode()).css_first("main form")
    values = {f.attributes["name"]: f.attributes.get("value") for f in form.css("input")}
    assert values["call_name_0"] == "Dr. Das"
    assert values["call_number_0"] == "302"
    assert not values.get("doctor_name"), "nobody decides for the client who Dr. Das is"


def test_a_first_plan_begins_with_the_therapists_name_and_no_number(cast, browser_of):
    address = f"/clients/{cast.asha.pk}/safety/edit/"
    page = browser_of(cast.meera).get(address).content.decode()
    form = LexborHTMLParser(page).css_first("main form")
    values = {f.attributes["name"]: f.attributes.get("value") for f in form.css("input")}
    assert values["therapist_name"] == "Dr. Meera Nair"
    assert not values.get("therapist_number")
    assert "checked" in form.css_first("input[name=follow_up]").attributes


def test_the_caseload_asks_for_the_follow_up_and_the_review_at_the_day(cast, browser_of):
    """With the clock: within 72 hours after writing, and on the day agreed on."""
    asha, page = cast.asha, f"/clients/{cast.asha.pk}/safety/"
    friday = datetime(2031, 5, 2, 18, tzinfo=ZoneInfo("Asia/Kolkata"))

    def reasons(at: datetime) -> str:
        with clock_at(at):
            words = main(browser_of(cast.meera).get("/caseload/").content.decode())
        asks = {"F": "Follow up on the safety plan by Mon 5 May, 18:00",
                "R": "Safety plan to review since 9 May"}  # fmt: skip
        return "".join(letter for letter, text in asks.items() if text in words)

    with clock_at(friday):
        data = {"signs": "x", "seen": 0, "review_on": "2031-05-09", "follow_up": "on"}
        assert browser_of(cast.meera).post(f"{page}edit/", data).url == page
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert reasons(friday + hour) == ""
    assert reasons(friday + day) == "F"
    assert reasons(friday + 4 * day) == "F", "also when it is late"
    with clock_at(friday + 4 * day):
        browser = browser_of(cast.meera)
        assert "I have followed up" in main(browser.get(page).content.decode())
        answer = browser.post(f"{page}followed-up/", follow=True)
        assert "Dr. Meera Nair followed up on 6 May 2031, 18:00" in main(answer.content.decode())
        browser.post(f"{page}followed-up/")
    assert AuditEvent.objects.filter(verb="safety plan followed up").count() == 1
    assert reasons(friday + 6 * day) == ""
    assert reasons(friday + 6 * day + 7 * hour) == "R", "from midnight of that day"
    with clock_at(friday + 8 * day):
        # A client's own change is followed up, too; the review moves with the plan.
        plan = SafetyPlan(signs="y", review_on=date(2031, 6, 1))
        safety_plan.write(client=asha, by=asha.user, plan=plan, seen=1)
    assert SafetyPlan.objects.get(version=2).follow_up_by == friday + 11 * day
    assert reasons(friday + 9 * day) == ""


def test_a_follow_up_stays_open_until_its_own_time(cast):
    first = SafetyPlan(signs="x")
    safety_plan.write(client=cast.asha, by=cast.meera, plan=first, seen=0, follow_up=True)
    for seen, again in ((1, False), (2, True)):
        plan = SafetyPlan(signs=f"version {seen}")
        safety_plan.write(client=cast.asha, by=cast.meera, plan=plan, seen=seen, follow_up=again)
        assert plan.follow_up_by == first.follow_up_by
    assert timedelta(hours=72) >= first.follow_up_by - timezone.now() > timedelta(hours=71)
    safety_plan.note_follow_up(client=cast.asha, by=cast.meera)
    safety_plan.write(client=cast.asha, by=cast.meera, plan=SafetyPlan(signs="y"), seen=3)
    assert not SafetyPlan.objects.get(version=4).is_to_follow_up
    with pytest.raises(PermissionDenied):
        safety_plan.note_follow_up(client=cast.asha, by=cast.vikram)


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
        assert "Your therapist can read it, but may not see it for some days." in page
        assert "14416" in page.split("please call:")[1][:40]
        assert "Ask the practice to call me" in page.split("please call:")[1][:140]
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
