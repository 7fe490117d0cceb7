"""The tabs of a client's record: one head on each, pages with addresses, one audit event a page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser, LexborNode

from accounts.database.together import load
from accounts.models import AuditEvent
from assessments.models import Attempt
from clients.models import Client, Note, Session, Task
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.record import timeline
from clients.record.head import TABS
from clients.results import sharing
from clients.sessions import actions as sessions
from clients.tasks import actions as tasks
from tests.support.assessments.attempts import submitted
from tests.support.assessments.result_texts import of_means
from tests.support.cast import in_care, person

TAB_PATHS = ("", "timeline/", "notes/", "results/", "tasks/", "safety/", "path/")


def page_of(answer) -> LexborNode:
    assert answer.status_code == 200
    return LexborHTMLParser(answer.content.decode()).css_first("main")


@pytest.fixture
def record(cast) -> str:
    return cast.asha.get_absolute_url()


@pytest.mark.parametrize("path", TAB_PATHS)
def test_each_tab_has_the_same_head(cast, browser_of, full, record, path):
    before = AuditEvent.objects.filter(client=full.pk, actor=cast.meera.pk).count()
    page = page_of(browser_of(cast.meera).get(record + path))
    assert page.css_first("h1").text().strip() == "Asha Verma"
    assert "1. Assessment" in page.css_first(".record-head").text()
    actions = [link.text().strip() for link in page.css(".record-head .actions a")]
    assert actions == ["Give a task", "Move on", "Report"]
    links = page.css(".tabs a")
    assert [link.attributes["href"] for link in links] == [record + tab for tab in TAB_PATHS]
    current = [link.attributes["href"] for link in links if "aria-current" in link.attributes]
    assert current == [record + path]
    labels = [" ".join(link.text().split()) for link in links]
    assert labels == ["Session", "Timeline", "Notes 2", "Results 2", "Tasks 1", "Safety plan",
                      "Path and care"]  # fmt: skip
    assert "Help now" not in page.text(), "the header of the site has the link"
    after = AuditEvent.objects.filter(client=full.pk, actor=cast.meera.pk)
    assert after.count() == before + 1, "each page is recorded once"
    assert after.latest("at").verb == "record opened"
    assert len(TABS) == len(TAB_PATHS)


def test_the_queries_of_a_tab_do_not_grow(cast, browser_of, full, record):
    """The timeline's depend on the kinds that a page holds; it has its own test."""
    browser = browser_of(cast.meera)
    both = {"client": cast.asha, "by": cast.meera}

    def grow(rows: int) -> None:
        for number in range(rows):
            notes.write_note(**both, text=f"n{number}", audience="private")
            task = tasks.give_task(**both, title=f"t{number}")
            tasks.finish_task(task=task, by=cast.asha.user, reflection="r")
            tasks.give_task(**both, title=f"o{rows}.{number}", due_on=timezone.localdate())
            at = timezone.now() - timedelta(hours=number + 2 + 100 * rows)
            session = sessions.plan_session(**both, at=at)
            sessions.record_session(session=session, by=cast.meera, state=Session.State.HELD)
            for to, reason in ((2, ""), (1, "back")):
                seen = Client.objects.get(pk=cast.asha.pk).journey.version
                path_actions.move(client=cast.asha, to=to, by=cast.meera, reason=reason, seen=seen)

    def count() -> dict[str, int]:
        """The number of queries of each tab, the second time that it is opened."""
        counts = {}
        for path in TAB_PATHS:
            if path != "timeline/":
                browser.get(record + path)
                with CaptureQueriesContext(connection) as queries:
                    assert browser.get(record + path).status_code == 200
                counts[path] = len(queries)
        return counts

    grow(2)
    few = count()
    assert len(few) == 6
    grow(18)
    assert count() == few


def test_what_happened_is_parted_by_the_last_session(cast):
    now = timezone.now()
    held = now - timedelta(days=3)
    Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=held, state="held", recorded_at=now
    )
    for days, text in ((1, "since"), (5, "before")):
        Note.objects.create(
            client=cast.asha, author=cast.meera, audience="private", text=text,
            signed_at=now - timedelta(days=days),
        )  # fmt: skip
    entries = load(timeline.recent(cast.asha))
    latest = timeline.latest(entries, held)
    assert [entry.kind for entry in latest.since] == ["notes", "sessions"]
    assert [entry.row.text for entry in latest.since if entry.kind == "notes"] == ["since"]
    assert [entry.row.text for entry in latest.before if entry.kind == "notes"] == ["before"]
    alone = timeline.latest(entries, None)
    assert (alone.since, len(alone.before)) == ([], len(latest.since) + len(latest.before))


def test_the_note_comes_first_and_is_the_primary_act(cast, browser_of, full, record):
    page = page_of(browser_of(cast.meera).get(record))
    first = page.css_first("section")
    assert first.attributes["id"] == "notes"
    primary = [button.attributes.get("name") for button in page.css(".btn-primary")]
    assert primary == ["sign"]
    move = page.css_first(".record-head a[href$='/move/']")
    assert "btn-quiet" in (move.attributes["class"] or "")


def test_notes_are_paged(cast, browser_of, record):
    for number in range(23):
        notes.write_note(client=cast.asha, by=cast.meera, text=f"n{number}", audience="private")
    browser = browser_of(cast.meera)
    counts = [len(page_of(browser.get(f"{record}notes/?page={n}")).css(".note")) for n in (1, 2)]
    assert counts == [20, 3]


def test_a_withdrawn_task_leads_back_to_its_tab(cast, browser_of, record):
    task = tasks.give_task(client=cast.asha, by=cast.meera, title="A walk")
    browser = browser_of(cast.meera)
    assert page_of(browser.get(f"{record}tasks/")).css_first("#tasks form")
    answer = browser.post(f"{record}tasks/{task.pk}/")
    assert answer.url == f"{record}tasks/#tasks"
    said = page_of(browser.get(answer.url)).css_first("#tasks .notice")
    assert said.text(strip=True) == "The task is withdrawn."
    assert Task.objects.get().withdrawn_at


def test_the_whole_row_of_the_timeline_leads_to_its_page(cast, browser_of, full, record):
    """The words are no link, so that they can be read; the kind is."""
    page = page_of(browser_of(cast.meera).get(f"{record}timeline/?show=notes"))
    links = page.css(".timeline a")
    assert {link.text().strip() for link in links} == {"Note"}
    assert {link.attributes["href"] for link in links} == {
        note.get_absolute_url() for note in Note.objects.filter(client=full)
    }
    assert not page.css(".written a")


def test_the_signs_of_a_step_can_be_ticked_and_are_not_sent(cast, browser_of, record):
    form = page_of(browser_of(cast.meera).get(f"{record}move/")).css_first("form.move")
    boxes = form.css(".signs input[type=checkbox]")
    assert boxes
    assert not [box for box in boxes if "name" in box.attributes]


def test_the_caseload_shows_both_dimensions_over_time(cast, browser_of, full):
    # The other results are of one answer throughout, which has no point.
    version = Attempt.objects.of(cast.asha.user).earliest("submitted_at").version
    for anxiety in (6.0, 5.0):
        answers = of_means(version.questionnaire, anxiety, 3.0)
        attempt = submitted(version, cast.asha.user, answers)
        sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    page = page_of(browser_of(cast.meera).get("/caseload/"))
    row = page.css_first("table.caseload tbody tr")
    # The drawing has no words: the numbers stand beside it.
    assert "aria-hidden" in row.css_first("svg.sparkline").attributes
    assert len(row.css("svg.sparkline .score-series")) == 2
    assert [cell.text().split()[0] for cell in row.css("td.number")] == ["5.0", "3.0"]


def test_a_reason_to_read_is_told_from_one_to_look_at(cast, browser_of, full):
    tasks.give_task(
        client=cast.asha, by=cast.meera, title="x", due_on=timezone.localdate() - timedelta(days=2)
    )
    why = page_of(browser_of(cast.meera).get("/caseload/")).css_first("td.why")
    kinds = {tag.text().strip(): tag.attributes["class"] for tag in why.css(".tag")}
    assert kinds["Unread result"] == "tag info"
    assert next(k for t, k in kinds.items() if t.startswith("Task overdue")) == "tag warn"


def test_the_filters_of_the_caseload_survive_paging(cast, browser_of):
    for number in range(22):
        in_care(person(f"n{number}@example.org", f"Name {number}"), cast.meera)
    page = page_of(browser_of(cast.meera).get("/caseload/?q=Name&sort=name"))
    following = page.css_first(".pager a[rel=next]").attributes["href"] or ""
    assert {"q=Name", "sort=name", "page=2"} == set(following.lstrip("?").split("&"))
