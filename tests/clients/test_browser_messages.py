"""In Chromium: a therapist, a client and a manager use their pages, and every message of the site
is visible where they acted."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from assessments.taking import actions as assessments
from clients.models import Note, Session
from clients.results import sharing
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.browsing import scrolls_sideways, sign_in
from tests.support.clocks import clock_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now(transactional_db) -> Iterator[datetime]:
    """Stops the clock at 17:50 today in the practice's time zone."""
    at = timezone.make_aware(datetime.combine(timezone.localdate(), time(17, 50)))
    with clock_at(at):
        yield at


def in_sight(page: Page, where: str, role: str = "status") -> str:
    """The only message of a section (or of the page), fully visible in the window and focused."""
    page.wait_for_load_state("load")
    notice = page.locator(f"{where} .notice[role={role}]")
    notice.wait_for()
    box, window = notice.bounding_box(), page.viewport_size
    assert box["y"] >= 0, (page.url, box)
    assert box["y"] + box["height"] <= window["height"], (page.url, box)
    assert 0 <= box["x"] <= box["x"] + box["width"] <= window["width"], (page.url, box)
    if where.startswith("#"):
        page.locator(f"{where}:focus, {where} :focus").wait_for()
    assert not scrolls_sideways(page), page.url
    return notice.inner_text().strip()  # After its icon.


def booked(cast: people.Cast, now: datetime) -> dict[str, Session]:
    """Eleven future sessions, one of them in ten minutes; three earlier ones; one to record."""
    both, week = {"client": cast.asha, "therapist": cast.meera}, timedelta(days=7)
    soon = now + timedelta(minutes=10)
    held = {"state": "held", "recorded_at": now}
    ahead = [Session.objects.create(**both, at=soon + week * n) for n in range(11)]
    earlier = [Session.objects.create(**both, **held, at=soon - week * n) for n in range(2, 5)]
    late = Session.objects.create(**both, at=soon - week)
    return {"today": ahead[0], "held": earlier[0], "late": late}


def press(page: Page, button: str | Locator) -> None:
    """Waits for the next page: the one before may show a message in the same place."""
    if isinstance(button, str):
        button = page.locator("main").get_by_role("button", name=button, exact=True).first
    with page.expect_navigation():
        button.click()


def sessions(therapist: Page, other_tab: Page, record: str, rows: dict[str, Session]) -> None:
    for page in (therapist, other_tab):
        page.goto(record)
    expect(
        therapist.locator("#sessions li.session-row").first.get_by_text("Did it take place?").first
    ).to_be_attached()
    press(therapist, "Held")
    assert in_sight(therapist, "#notes") == "The session is recorded."
    rows["late"].refresh_from_db()
    assert rows["late"].state == "held"

    for page in (therapist, other_tab):  # Before its planned time, and from two tabs.
        press(page, "Record today’s session, 18:00")
        assert in_sight(page, "#notes") == "Today’s session is recorded: 18:00."
    rows["today"].refresh_from_db()
    assert (rows["today"].state, Session.objects.count()) == ("held", 15)

    therapist.locator("#sessions summary", has_text="Earlier (5)").click()
    row = therapist.locator("#sessions li.session-row", has=therapist.locator(
        f"form[action*='{rows['held'].pk}']"))  # fmt: skip
    row.get_by_text("Correct").click()
    press(therapist, row.get_by_role("button", name="Missed"))
    assert in_sight(therapist, "#sessions") == "The session is recorded."
    rows["held"].refresh_from_db()
    assert rows["held"].state == "missed"

    therapist.fill("#sessions [name=at]", timezone.localtime(rows["late"].at).strftime("%FT%H:%M"))
    press(therapist, "Plan session")
    assert "Please look at this again" in in_sight(therapist, "#sessions", "alert")
    expect(therapist.get_by_text("There is already a session at that time.").first).to_be_attached()

    therapist.goto(record)
    therapist.click("#sessions >> text=All 15 sessions")
    expect(therapist.locator("#sessions li.session-row")).to_have_count(15)
    away = therapist.locator("#sessions").get_by_role("button", name="Rescheduled or cancelled")
    press(therapist, away.last)
    assert in_sight(therapist, "#sessions") == "The session is recorded."
    assert "/sessions/?page=1#sessions" in therapist.url


def notes(therapist: Page, client: Page, record: str) -> None:
    therapist.goto(record)
    therapist.fill("#notes [name=text]", "We meet on Mondays.")
    therapist.get_by_label("Asha too").check()
    press(therapist, "Sign and share with Asha …")
    therapist.wait_for_url("**/share/**")
    client.goto("/path/notes/")
    assert not client.get_by_text("We meet on Mondays.").count()
    press(therapist, "Sign and share with Asha")
    assert in_sight(therapist, "#notes") == "Signed and shared with Asha."
    client.reload()
    expect(client.locator("main").get_by_text("We meet on Mondays.")).to_have_count(1)

    therapist.fill("#notes [name=text]", "For myself.")
    press(therapist, "Sign the note")
    assert in_sight(therapist, "#notes") == "Signed. Only therapists can read it."

    therapist.goto(Note.objects.get(audience="shared").get_absolute_url())
    therapist.fill("[name=text]", "On Tuesdays, from December on.")
    press(therapist, "Add and sign")
    assert in_sight(therapist, "main") == "Added and signed."
    therapist.goto(f"{record}report/")
    paper = therapist.locator("article.paper").inner_text()
    assert -1 < paper.find("We meet on Mondays.") < paper.find("On Tuesdays, from December on.")
    assert "For myself." not in paper


@pytest.mark.parametrize(("width", "js"), [(1280, True), (390, False)], ids=["desk", "phone"])
def test_every_message_is_visible(open_page, now, width, js):
    cast, version = people.make(), people.questionnaire()
    own, record = cast.asha.user, f"/clients/{cast.asha.pk}/"
    attempt = assessments.start_attempt(version=version, by=own, target=people.IN_GENERAL)
    answers = {item.id: 4 for item in attempt.questionnaire.items}
    assessments.save_answers(attempt=attempt, answers=answers)
    assessments.submit(attempt=attempt)
    attempt.refresh_from_db()
    sharing.share_result(client=cast.asha, attempt=attempt, by=own)
    tasks.give_task(client=cast.asha, by=cast.meera, title="Three lines")
    rows = booked(cast, now)

    therapist = sign_in(open_page(js=js, width=width), cast.meera.email)
    client = sign_in(open_page(js=js, width=width), own.email)
    sessions(therapist, therapist.context.new_page(), record, rows)
    notes(therapist, client, record)
    therapist.goto(f"{record}tasks/")
    therapist.fill("[name=title]", "A walk")
    press(therapist, "Give task")
    assert "The task is given" in in_sight(therapist, "#tasks")
    press(therapist, therapist.locator("#tasks li", has_text="A walk").get_by_role("button"))
    assert in_sight(therapist, "#tasks") == "The task is withdrawn."

    client.goto("/path/")
    client.click("text=Three lines")
    press(client, "Save and mark as done")
    assert in_sight(client, "#tasks").startswith("Thank you, this is saved.")
    client.goto("/path/results/")
    press(client, "Stop sharing")
    assert in_sight(client, "#results") == "Your therapist can no longer see this result."

    manager = sign_in(open_page(js=js, width=width), cast.manoj.email)
    manager.goto("/clients/invite/")
    manager.fill("[name=name]", "Sana")
    manager.fill("[name=email]", "sana@example.org")
    manager.select_option("[name=therapist]", label="Dr. Meera Nair")
    press(manager, "Send the invitation")
    assert in_sight(manager, "main") == "The invitation is on its way."
