"""One client's whole story in the browsers of all the people: what each sees and does not see."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.models import Client, StepEvent
from tests.support import cast as people
from tests.support.browsing import link_in, sign_in
from tests.support.taking import FINE, answer_all, begin
from tests.support.thorough import THOROUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Statements of the questionnaire whose "agree" means ease with closeness.
REVERSED = {1, 3, 5, 6, 8, 10, 14, 17, 18, 19, 22, 23}


class Counter:
    """Counts the checks, so that the test can report their number."""

    def __init__(self):
        self.seen = self.hidden = 0

    def sees(self, page: Page, *texts: str) -> None:
        page.reload()
        for text in texts:
            matches = page.locator("main").get_by_text(text).locator("visible=true")
            expect(matches.first, f"{page.url}: {text}").to_be_visible()
            self.seen += 1

    def does_not_see(self, page: Page, *texts: str) -> None:
        page.reload()
        for text in texts:
            assert text not in page.content(), (page.url, text)
            self.hidden += 1

    def is_shut_out(self, page: Page, address: str) -> None:
        page.goto(address)
        expect(page.locator("h1")).to_have_text("There is nothing here")
        self.hidden += 1

    def is_refused(self, page: Page, address: str) -> None:
        answer = page.goto(address)
        assert answer.status == 403
        self.hidden += 1


def asks(page: Page) -> None:
    page.goto("/enquiry/")
    page.fill("[name=name]", "Sana Qureshi")
    page.fill("[name=email]", "sana@example.org")
    page.fill("[name=about]", "I would like to feel safer with my husband.")
    page.check("[name=consent]")
    page.locator("main form button").click()
    page.wait_for_url("**/enquiry/thanks/")


def is_taken_in(manager: Page) -> None:
    manager.goto("/practice/")
    manager.click("main >> text=first-session request waiting")
    manager.click("text=Sana Qureshi")
    manager.select_option("[name=therapist]", label="Dr. Meera Nair")
    manager.click("text=Accept and invite")
    manager.get_by_text("The invitation is on its way").first.wait_for(state="attached")


def opens_account(open_page) -> Page:
    invitation = next(m for m in reversed(mail.outbox) if "/invitations/" in m.body)
    client = open_page(link_in(invitation.body), width=390)
    client.fill("[name=password]", FINE)
    client.check("[name=agree]")
    client.click("text=Open my account")
    client.get_by_text("Good to see you").wait_for()
    return client


def fills_in(client: Page, value) -> None:
    client.goto("/assessments/closeness/")
    begin(client)
    answer_all(client, value)
    shares(client)


def shares(client: Page) -> None:
    """Shares the latest result with the therapist."""
    client.goto("/path/results/")
    latest = client.locator("#results li").first
    latest.get_by_role("button", name="Share with my therapist").click()
    latest.get_by_role("button", name="Stop sharing").wait_for()


def moves(therapist: Page, record: str, to: int, reason: str = "") -> None:
    therapist.goto(f"{record}move/?to={to}")
    if reason:
        therapist.fill("[name=reason]", reason)
    therapist.locator("main form button.btn-primary").click()
    therapist.wait_for_url(f"**{record}")


def writes(therapist: Page, record: str, text: str, button: str) -> None:
    therapist.goto(record)
    therapist.fill("#notes [name=text]", text)
    if "share" in button:
        therapist.get_by_label("Sana too").check()
    therapist.locator("#notes form").get_by_role("button", name=button).click()
    if "share" in button:
        therapist.wait_for_url("**/share/**")
        therapist.locator("main").get_by_role("button", name=button).click()
    therapist.wait_for_url(f"**{record}#notes")


def arranges(
    manager: Page, client: Client, what: str, *, affected: str = "", **fields: str
) -> None:
    """`affected` is what the page must list as affected before the change is made."""
    manager.goto(f"/practice/care/{client.pk}/")
    form = manager.locator(f"form#{what}")
    for name, value in fields.items():
        field = form.locator(f"[name={what}-{name}]")
        if name in ("therapist", "link"):
            field.select_option(label=value)
        else:
            field.fill(value)
    for box in form.locator("input[type=checkbox]").all():
        box.check()
    form.locator("button").click()
    if affected:
        form.get_by_text(affected).wait_for()
        form.locator("button").click()
    manager.locator("text=Your change is saved").first.wait_for(state="attached")


@pytest.mark.trust
@pytest.mark.skipif(not THOROUGH, reason="takes half a minute: `make trust`")
def test_the_whole_story(open_page, capsys, promise):
    people.questionnaire()
    people.make()
    counter, today = Counter(), timezone.localdate()
    visitor = open_page("/", width=390)
    asks(visitor)
    manager = sign_in(open_page(), "manoj@example.org")
    therapist = sign_in(open_page(), "meera@example.org")
    other = sign_in(open_page(), "vikram@example.org")
    therapist.goto("/caseload/")
    counter.does_not_see(therapist, "Sana Qureshi")
    is_taken_in(manager)
    counter.sees(therapist, "Sana Qureshi", "Invited")
    client = opens_account(open_page)
    person = Client.objects.get(user__email="sana@example.org")
    record = f"/clients/{person.pk}/"
    counter.sees(client, "Good to see you, Sana", "Dr. Meera Nair")
    counter.is_shut_out(other, record)

    # The assessment: nobody sees the result until the client shares it.
    fills_in(client, lambda number: 2 if number in REVERSED else 6)
    therapist.goto(f"{record}results/")
    counter.sees(therapist, "Over time")
    client.get_by_role("button", name="Stop sharing").first.click()
    client.get_by_role("button", name="Share with my therapist").first.wait_for()
    counter.does_not_see(therapist, "Over time")
    shares(client)
    counter.sees(therapist, "Over time")
    counter.is_shut_out(other, f"{record}over-time/closeness/")

    # Steps 1 to 4, with a task, a draft, a private and a shared note.
    moves(therapist, record, 2)
    writes(therapist, record, "draft-only-mine", "Keep a draft")
    writes(therapist, record, "private-to-therapists", "Sign the note")
    writes(therapist, record, "words for Sana", "Sign and share with Sana")
    counter.sees(therapist, "draft-only-mine", "private-to-therapists", "words for Sana")
    client.goto("/path/notes/")
    counter.sees(client, "words for Sana")
    counter.does_not_see(client, "draft-only-mine", "private-to-therapists")
    client.goto("/path/")
    therapist.goto(f"{record}tasks/")
    therapist.fill("[name=title]", "One kind message a day")
    therapist.get_by_role("button", name="Give task").click()
    therapist.wait_for_url(f"**{record}tasks/#tasks")
    counter.sees(client, "One kind message a day")
    client.click("text=One kind message a day")
    client.fill("[name=reflection]", "It was easier on the third day.")
    client.click("text=Save and mark as done")
    client.wait_for_url("**/path/#tasks")
    therapist.goto(record)
    counter.sees(therapist, "It was easier on the third day.")
    moves(therapist, record, 3)
    moves(therapist, record, 4)
    counter.sees(client, "Identifying Patterns")

    # Back with a reason, and forward to the last step.
    moves(therapist, record, 2, "We take more time for trust, together.")
    counter.sees(client, "We take more time for trust, together.")
    expect(client.locator("[aria-current=step] h3")).to_contain_text("Building Trust")
    for step in range(3, 8):
        moves(therapist, record, step)
    client.reload()
    expect(client.locator("[aria-current=step] h3")).to_contain_text("Ongoing Support")

    # A second measurement: both see the change.
    fills_in(client, lambda number: 5 if number in REVERSED else 3)
    therapist.goto("/caseload/")
    counter.sees(therapist, "lower by", "Unread result")
    therapist.goto(f"{record}over-time/closeness/")
    counter.sees(therapist, "Results over time", "Lower by")
    therapist.locator("main svg .period").first.wait_for(state="attached")
    therapist.goto(record)
    counter.sees(therapist, "lower by")
    client.goto("/assessments/closeness/over-time/")
    counter.sees(client, "Lower by")

    # A week's cover: the second therapist has access, and the other two are told.
    week = today + timedelta(days=6)
    arranges(
        manager, person, "cover", therapist="Vikram Sen", first=str(today), last=str(week)
    )  # fmt: skip
    other.goto(record)
    counter.does_not_see(other, "draft-only-mine")
    other.goto(f"{record}notes/")
    counter.sees(other, "words for Sana", "private-to-therapists")
    counter.does_not_see(other, "draft-only-mine")
    client.goto("/path/")
    counter.sees(client, "Vikram Sen", "Dr. Meera Nair")
    therapist.goto(f"{record}path/")
    counter.sees(therapist, "Vikram Sen")

    # A transfer: the first therapist and the covering one lose access at once.
    ending = {"affected": "Vikram Sen, from", "link": "Dr. Meera Nair"}
    arranges(manager, person, "transfer", therapist="Farah Ali", day=str(today), **ending)
    counter.is_shut_out(therapist, record)
    counter.is_shut_out(other, record)
    new = sign_in(open_page(), "farah@example.org")
    new.goto(f"{record}tasks/")
    counter.sees(new, "It was easier on the third day.")
    new.goto(f"{record}notes/")
    counter.sees(new, "private-to-therapists")
    counter.does_not_see(new, "draft-only-mine")
    new.goto(record)
    counter.sees(new, "private-to-therapists")
    counter.does_not_see(new, "draft-only-mine")
    client.goto("/path/")
    counter.sees(client, "Farah Ali")
    counter.does_not_see(client, "Vikram Sen is here for you")
    counter.is_shut_out(therapist, f"{record}timeline/")
    new.goto(f"{record}timeline/")
    counter.sees(new, "We take more time for trust, together.", "First request", "Consent text")
    counter.does_not_see(new, "draft-only-mine")

    # Closing and resuming the path.
    new.goto(f"{record}path/close/")
    new.fill("[name=reason]", "A good stretch of way. The door stays open.")
    new.get_by_role("button", name="Close", exact=True).click()
    new.wait_for_url(f"**{record}")
    counter.sees(new, "Closed")
    counter.sees(client, "A good stretch of way. The door stays open.")
    new.goto(f"{record}path/resume/")
    new.get_by_role("button", name="Resume", exact=True).click()
    new.wait_for_url(f"**{record}")
    counter.does_not_see(client, "has come to its end")
    client.goto("/path/looks/")
    counter.sees(client, "Dr. Meera Nair", "Vikram Sen", "Farah Ali")
    manager.goto("/practice/")
    counter.does_not_see(manager, "words for Sana", "private-to-therapists")
    counter.is_refused(manager, record)
    events = StepEvent.objects.filter(client=person).count()
    assert events == 12
    figure = (
        f"one client's whole story in five browsers: {events} events of the path, {counter.seen}"
        f" things seen by those who may, {counter.hidden} not seen by those who may not"
    )
    promise("reach", figure)
    with capsys.disabled():
        print(f"\n{figure}; {len(mail.outbox)} mails")
