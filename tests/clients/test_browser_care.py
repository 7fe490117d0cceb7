"""In Chromium: a client accepts the invitation, takes the questionnaire, and is moved on the
path."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from clients.models import Note
from clients.notes import actions as notes
from tests.support import cast as people
from tests.support.browsing import link_in, sign_in
from tests.support.taking import FINE, answer_all, answer_page, begin, steadily

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without"])
def test_a_client_from_invitation_to_moves(open_page, js):
    people.questionnaire()
    cast = people.make()
    # The manager invites the client.
    manager = sign_in(open_page(js=js), "manoj@example.org")
    manager.click("text=Invite a client")
    manager.fill("[name=name]", "Sana Qureshi")
    manager.fill("[name=email]", "sana@example.org")
    manager.select_option("[name=therapist]", label="Dr. Meera Nair")
    manager.click("text=Send the invitation")
    manager.locator("text=The invitation is on its way.").first.wait_for(state="attached")

    # The client accepts.
    client = open_page(link_in(mail.outbox[-1].body), js=js, width=390)
    client.fill("[name=password]", FINE)
    client.check("[name=agree]")
    client.click("text=Open my account")
    expect(client.locator("h1")).to_have_text("Good to see you, Sana")
    expect(client.locator("[aria-current=step] h3")).to_contain_text("Assessment")

    # The client takes the questionnaire and shares the result.
    client.click("main >> text=Take the questionnaire")
    client.click("main h2 a")
    begin(client)
    answer_all(client, steadily(5.0, 3.0))
    client.goto("/path/results/")
    client.click("text=Share with my therapist")
    client.locator("text=Your therapist can see it").first.wait_for(state="attached")
    client.goto("/path/")

    # The therapist reads the result, and moves the client forward and back.
    therapist = sign_in(open_page(js=js), "meera@example.org")
    therapist.click("text=Sana Qureshi")
    therapist.locator("#results a:not([href$='/results/'])").first.click()
    therapist.locator("svg.plane").first.wait_for(state="attached")
    therapist.go_back()
    therapist.click("main >> text=Move on")
    therapist.locator("text=Less than a week on this step").first.wait_for(state="attached")
    assert not therapist.locator("text=No result of a self-assessment").count()
    therapist.click("text=Move on to Building Trust")
    therapist.locator("text=The step has changed.").first.wait_for(state="attached")
    client.goto("/path/")
    expect(client.locator("[aria-current=step] h3")).to_contain_text("Building Trust")
    therapist.click("main >> text=Move on or back")
    therapist.click("main li >> text=1. Assessment")
    therapist.fill("[name=reason]", "We look at your answers once more, together.")
    therapist.click("text=Go back to Assessment")
    expect(therapist.get_by_text("The step has changed.")).to_be_visible()
    client.reload()
    expect(client.locator("[aria-current=step] h3")).to_contain_text("Assessment")
    client.locator("text=We look at your answers once more, together.").first.wait_for(
        state="attached"
    )
    expect(client.locator("li.done h4")).to_contain_text("Building Trust")
    client.goto("/path/looks/")
    client.locator("text=read a result").first.wait_for(state="attached")

    # Another therapist has no access.
    other = sign_in(open_page(js=js), "vikram@example.org")
    other.goto(therapist.url)
    expect(other.locator("h1")).to_have_text("There is nothing here")
    assert cast.vikram.is_active


def test_a_refused_move_keeps_the_typed_text(open_page):
    cast = people.make()
    first = sign_in(open_page(), "meera@example.org")
    address = f"/clients/{cast.asha.pk}/move/"
    first.goto(address)
    second = sign_in(open_page(), "meera@example.org")
    second.goto(address)
    second.click("text=Move on to Building Trust")
    first.fill("[name=reason]", "A long thought about trust")
    first.click("text=Move on to Building Trust")
    first.locator(
        "text=Somebody else moved this client while you were on this page"
    ).first.wait_for(state="attached")


def test_a_note_is_saved_as_a_draft_while_it_is_typed(open_page):
    """Also if another window has changed the draft: both texts are then drafts of their own."""
    cast = people.make()
    page = sign_in(open_page(), "meera@example.org")
    page.goto(f"/clients/{cast.asha.pk}/")
    status, text = page.locator("[data-draft]"), page.locator("#notes [name=text]")
    text.fill("She slept better")
    expect(status).to_have_text("Draft saved")
    note = Note.objects.get()
    assert (note.text, note.author, note.signed_at) == ("She slept better", cast.meera, None)

    notes.keep_draft(
        client=cast.asha, by=cast.meera, text="From elsewhere", audience="private",
        key=note.idempotency_key, seen=note.version,
    )  # fmt: skip
    text.fill("She slept better this week")
    expect(status).to_have_text("Changed in another window: saved as a separate draft.")
    assert {note.text for note in Note.objects.all()} == {
        "From elsewhere",
        "She slept better this week",
    }
    text.fill("She slept better this week, too")
    expect(status).to_have_text("Draft saved")
    assert {note.text for note in Note.objects.all()} == {
        "From elsewhere",
        "She slept better this week, too",
    }


def test_the_back_button_shows_nothing_after_signing_out(open_page):
    people.make()
    page = sign_in(open_page(), "meera@example.org")
    page.click("text=Asha Verma")
    page.click("text=Sign out")
    # Signing out clears the browser's data, and may move the page to another process.
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    page.wait_for_load_state()
    page.go_back()
    page.wait_for_load_state()
    assert not page.locator("text=Asha Verma").count()


def test_the_menu_folds_without_javascript(open_page):
    page = open_page("/", js=False, width=390)
    link = page.locator("details.folded >> text=Self-assessment")
    expect(link).to_be_hidden()
    page.click("summary:has-text('Menu')")
    expect(link).to_be_visible()


def test_a_signed_in_reader_sees_the_link_to_their_page(open_page):
    people.make()
    page = sign_in(open_page(), "meera@example.org")
    page.goto("/articles/")
    page.click("header >> text=My place")
    page.wait_for_url("**/caseload/")


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without"])
def test_a_visitor_resumes_the_questionnaire_in_another_browser(open_page, js):
    """Reads the leading article, begins the questionnaire, pauses, and finishes in another
    browser."""
    people.questionnaire()
    people.articles()
    page = open_page("/", js=js)
    page.click("main >> text=Healing relationships with attachment therapy")
    expect(page.locator("text=awaiting review").first).to_be_visible()
    page.locator("article a[href='/assessments/'], main a[href='/assessments/']").first.click()
    page.click("main h2 a")
    begin(page)
    for _ in range(3):
        answer_page(page, steadily(3.0, 5.0))
    half = page.url
    page.goto("about:blank")
    later = open_page(half, js=js, width=390)
    expect(later.locator("progress")).to_have_attribute("value", "12")
    answer_all(later, steadily(3.0, 5.0))
    expect(later.locator("svg.plane")).to_be_visible()
    expect(later.locator("main").get_by_text("not a diagnosis").first).to_be_visible()
    expect(later.locator("main a[href='tel:14416']").first).to_be_visible()
