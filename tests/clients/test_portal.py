"""The client's own pages: my path, notes, results, and how to get from one to the other."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser, LexborNode

from accounts.audit.verbs import AccountVerb
from clients import dates
from clients.audit_log import labels
from clients.audit_verbs import CareVerb
from clients.models import Client, Session, Step
from clients.notes import actions as notes
from clients.path import actions as path
from clients.portal import context
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.assessments.attempts import published, submitted
from tests.support.counting import query_count

PATH, NOTES, RESULTS = "/path/", "/path/notes/", "/path/results/"


def page(browser, address: str) -> LexborHTMLParser:
    answer = browser.get(address)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.content.decode())


def words(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def share_notes(cast, many: int) -> None:
    for number in range(many):
        notes.write_note(
            client=cast.asha, by=cast.meera, text=f"canary-{number}-end", audience="shared"
        )


def session_in(cast, days: int) -> None:
    noon = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=days)
    Session.objects.create(client=cast.asha, therapist=cast.meera, at=noon)


def test_a_new_client_is_told_where_things_will_be(cast, browser_of):
    new = people.in_care(people.person("nila@example.org", "Nila New"), None, 0)
    own = page(browser_of(new.user), PATH)
    assert words(own.css_first("h1")) == "Good to see you, Nila"
    assert own.css_first(".next-session") is None
    assert "Take the questionnaire" in words(own.css_first("#tasks"))
    tiles = [words(tile.css_first("span")) for tile in own.css(".tile")]
    assert tiles[:3] == ["None yet", "None yet", "Nobody so far"]
    assert "no therapist named yet" in words(own.css_first("#with-you"))
    for address in (NOTES, RESULTS):
        assert page(browser_of(new.user), address).css_first(".empty") is not None


@pytest.mark.parametrize(("days", "when"), [(1, "tomorrow"), (2, "in 2 days"), (9, "in 9 days")])
def test_the_next_session_comes_first(cast, browser_of, settings, days, when):
    settings.PRACTICE_CONTACT = {"PHONE": "011 23456789", "EMAIL": "we@example.org"}
    session_in(cast, days)
    own, session = page(browser_of(cast.asha.user), PATH), cast.asha.sessions.get()
    card = own.css_first(".next-session")
    assert f"with Dr. Meera Nair, {when}" in words(card)
    assert {a.attributes["href"] for a in card.css("a")} == {
        f"/path/sessions/{session.pk}/", f"/path/sessions/{session.pk}.ics", "tel:01123456789",
    }  # fmt: skip
    assert words(own.css_first("#tasks h2")) == "Before your next session"
    settings.PRACTICE_CONTACT = {}
    card = page(browser_of(cast.asha.user), PATH).css_first(".next-session")
    assert "need another time" in words(card), "without a phone, too"


def test_days_are_counted_by_the_calendar():
    at = timezone.make_aware(datetime(2026, 12, 1, 0, 15))
    assert dates.days_between(date(2026, 11, 30), at) == 1
    assert dates.days_between(date(2026, 12, 1), at) == 0


def test_tasks_are_a_checklist_with_open_ones_first(cast, browser_of):
    own = browser_of(cast.asha.user)
    first = tasks.give_task(client=cast.asha, by=cast.meera, title="One", text="x")
    tasks.give_task(client=cast.asha, by=cast.meera, title="Two", text="x")
    tasks.finish_task(task=first, by=cast.asha.user, reflection="")
    section = page(own, PATH).css_first("#tasks")
    assert [words(a) for a in section.css(".checklist a[href*='/tasks/']")] == ["Two", "One"]
    done = section.css_first("details")
    assert "One done on" in words(done)
    assert "Two" not in words(done)


def test_more_than_four_tasks_are_folded_and_none_is_lost(cast, browser_of):
    for number in range(6):
        tasks.give_task(client=cast.asha, by=cast.meera, title=f"Task {number}", text="x")
    section = page(browser_of(cast.asha.user), PATH).css_first("#tasks")
    assert [words(a) for a in section.css(".checklist a[href*='/tasks/']")] == [
        f"Task {n}" for n in range(6)
    ]
    folded = section.css_first("details")
    assert "More tasks (2)" in words(folded)
    assert [words(a) for a in folded.css(".checklist a[href*='/tasks/']")] == ["Task 4", "Task 5"]


def test_the_present_step_is_open_and_the_others_are_folded(cast, browser_of):
    path.move(client=cast.asha, to=2, by=cast.meera, seen=1, reason="")
    own = page(browser_of(cast.asha.user), PATH)
    (here,) = own.css('.path > li[aria-current="step"]')
    assert "You are here" in words(here)
    assert here.css_first(".card-now .art") is not None
    assert "step 2 of 7" in words(own.css_first("main"))
    done, ahead = own.css(".path > li:not([aria-current])")
    assert "1 step completed" in words(done.css_first("summary"))
    assert "5 steps to come beginning with Exploration" in words(ahead.css_first("summary"))
    assert len(done.css("details > p")) == 1
    assert len(ahead.css("details > p")) == 5
    assert not own.css("details[open]")


def test_walked_steps_lie_on_both_sides_after_a_step_back(cast):
    path.move(client=cast.asha, to=2, by=cast.meera, seen=1, reason="")
    path.move(client=cast.asha, to=1, by=cast.meera, seen=2, reason="again")
    client = Client.objects.with_path().get(pk=cast.asha.pk)
    parts = context.own_path(client)["path_parts"]
    states = [(part.state, [one.step.number for one in part.steps]) for part in parts]
    assert states == [("here", [1]), ("done", [2]), ("ahead", [3, 4, 5, 6, 7])]


@pytest.mark.django_db
def test_every_step_has_a_picture():
    assert set(context.STEP_PICTURES) == set(Step.objects.values_list("number", flat=True))


def test_the_tiles_say_what_there_is(cast, browser_of):
    version = published()
    submitted(version, by=cast.asha.user)
    own = browser_of(cast.asha.user)
    tile = f'.tile[href="{RESULTS}"] span'
    assert words(page(own, PATH).css_first(tile)) == "1, not shared"
    attempt = context.submitted_attempts(cast.asha)[0]
    own.post(f"/path/results/{attempt.pk}/share/", {"share": "yes"})
    assert words(page(own, PATH).css_first(tile)) == "1, shared with your therapist"
    assert "Your therapist can see it" in words(page(own, RESULTS).css_first("#results"))


def test_notes_are_on_a_page_of_their_own_that_the_path_leads_to(cast, browser_of):
    share_notes(cast, 22)
    own = browser_of(cast.asha.user)
    tile = page(own, PATH).css_first(f'.tile[href="{NOTES}"] span')
    assert words(tile).startswith("Latest: ")
    assert not re.search(r"canary-\d", words(page(own, PATH).css_first("main")))
    first, second = page(own, NOTES), page(own, f"{NOTES}?page=2")
    assert len(first.css(".own-note")) == 20
    assert [words(n.css_first("p")) for n in second.css(".own-note")] == [
        "canary-1-end", "canary-0-end",
    ]  # fmt: skip


@pytest.mark.parametrize("address", [PATH, NOTES, RESULTS])
def test_more_rows_need_no_more_queries(cast, browser_of, address):
    version, own = published(), browser_of(cast.asha.user)

    def count(many: int) -> int:
        share_notes(cast, many)
        for number in range(many):
            submitted(version, by=cast.asha.user)
            title = f"{many}.{number}"
            tasks.give_task(client=cast.asha, by=cast.meera, title=title, text="x")
        own.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert own.get(address).status_code == 200
        return query_count(queries)

    assert count(2) == count(18)


@pytest.mark.parametrize(
    ("address", "tab"),
    [(PATH, "Path"), (NOTES, "Notes"), (RESULTS, "Results"), ("/path/safety/", "Safety plan"),
     ("/path/safety/edit/", "Safety plan"), ("/path/looks/", "Path")],
)  # fmt: skip
def test_four_tabs_lead_to_what_clients_need_most(cast, browser_of, address, tab):
    own = page(browser_of(cast.asha.user), address)
    assert [words(a) for a in own.css(".tab-bar a")] == ["Path", "Notes", "Results", "Safety plan"]
    assert [words(a) for a in own.css(".tab-bar [aria-current]")] == [tab]
    assert len(own.css("nav.wide [aria-current]")) == 1


def test_a_result_of_their_own_belongs_to_their_results(cast, browser_of):
    attempt = submitted(published(), by=cast.asha.user)
    own = page(browser_of(cast.asha.user), attempt.get_result_url())
    assert [words(a) for a in own.css(".tab-bar [aria-current]")] == ["Results"]


def test_staff_have_no_tabs(cast, browser_of):
    staff = page(browser_of(cast.meera), "/caseload/")
    assert not staff.css(".tab-bar")
    assert "Safety plan" not in words(staff.css_first("nav.wide"))


OWN_DATA = [
    "/path/data/", "/path/consents/", "/path/people/", "/path/contact/", "/path/emails/",
    "/path/erasure/",
]  # fmt: skip


@pytest.mark.parametrize("address", OWN_DATA)
def test_the_pages_of_ones_own_data_lead_to_each_other(cast, browser_of, address):
    tabs = page(browser_of(cast.asha.user), address).css_first(".tabs")
    links = [a.attributes["href"] for a in tabs.css("a")]
    assert links == OWN_DATA
    (current,) = tabs.css("[aria-current=page]")
    assert current.attributes["href"] == address


@pytest.mark.quick
def test_what_was_done_with_a_record_has_a_kind():
    kinds = {verb: labels.access_kind(verb.value) for verb in CareVerb}
    assert kinds[CareVerb.RECORD_OPENED] == labels.OPENED
    assert kinds[CareVerb.NOTE_WRITTEN] == labels.CHANGED
    assert kinds[CareVerb.REPORT_MADE] == labels.EXPORTED
    assert kinds[CareVerb.CARE_STARTED] == labels.GRANTED
    reads = {v for v in [*CareVerb, *AccountVerb] if v.value.endswith(("opened", "listed"))}
    assert reads <= labels.OPENING_VERBS, "what only opened something changed nothing"


def test_the_log_has_one_line_a_person_and_day(cast, browser_of):
    therapist = browser_of(cast.meera)
    for address in ("", "timeline/", "report/"):
        therapist.get(f"/clients/{cast.asha.pk}/{address}")
    share_notes(cast, 1)
    (day,) = page(browser_of(cast.asha.user), "/path/looks/").css(".access-day")
    (person,) = day.css("details")
    assert words(person.css_first(".access-person")) == "Dr. Meera Nair"
    kinds = {words(kind) for kind in person.css(".access-kinds > span")}
    assert kinds == {"opened", "changed", "exported"}
    assert "read the timeline of your path" in words(person.css_first(".access-list"))
