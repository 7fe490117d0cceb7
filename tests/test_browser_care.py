"""In real Chromium: a client comes in, takes the questionnaire, and walks with a therapist."""

import pytest
from django.core import mail

from tests import cast as people
from tests.browsing import link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FINE = "a quiet morning by the river"


def answer_all(page, value_of) -> None:
    """Goes through the pages of items; `value_of(number)` is the square that is chosen."""
    number = 0
    for _ in range(60):
        groups = page.locator("fieldset:has(input[type=radio])")
        for index in range(groups.count()):
            number += 1
            square = groups.nth(index).locator(f"label:has(input[value='{value_of(number)}'])")
            square.click()
        page.locator("main form button.btn-primary").first.click()
        if "/review/" in page.url or "/result/" in page.url:
            return


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without"])
def test_one_clients_way(open_page, js):
    people.questionnaire()
    cast = people.make()
    # The manager invites.
    manager = sign_in(open_page(js=js), "manoj@example.org")
    manager.click("text=Invite a client")
    manager.fill("[name=name]", "Sana Qureshi")
    manager.fill("[name=email]", "sana@example.org")
    manager.select_option("[name=therapist]", label="Dr. Meera Nair")
    manager.click("text=Send the invitation")
    assert manager.locator("text=An invitation is on its way to Sana Qureshi").count()

    # She accepts.
    client = open_page(link_in(mail.outbox[-1].body), js=js, width=390)
    client.fill("[name=password]", FINE)
    client.check("[name=agree]")
    client.click("text=Open my account")
    assert client.locator("h1").inner_text() == "Good to see you, Sana"
    assert client.locator("[aria-current=step] h2").inner_text().startswith("Assessment")

    # She takes the questionnaire, and shares the result.
    client.click("main >> text=Take the questionnaire")
    client.locator("main a:has-text('questions'), main h2 a, main a.btn-primary").first.click()
    if client.locator("main a.btn-primary").count():
        client.locator("main a.btn-primary").first.click()
    for box in client.locator("main input[type=checkbox]").all():
        box.check()
    client.locator("main form button.btn-primary").first.click()
    answer_all(client, lambda number: 1 + number % 5)
    if "/review/" in client.url:
        client.locator("main form button.btn-primary").first.click()
    client.wait_for_url("**/result/")
    client.goto("/path/")
    client.click("text=Share with my therapist")
    assert client.locator("text=Your therapist sees it").count()

    # The therapist reads it, and moves her on and back.
    therapist = sign_in(open_page(js=js), "meera@example.org")
    therapist.click("text=Sana Qureshi")
    therapist.locator("#results a").first.click()
    assert therapist.locator("svg.plane").count()
    therapist.go_back()
    therapist.click("main >> text=Move on")
    assert therapist.locator("text=Less than a week on this step").count()
    assert not therapist.locator("text=No result of a self-assessment").count()
    therapist.click("text=Move on to Building Trust")
    assert therapist.locator("text=Moved to step 2.").count()
    client.reload()
    assert client.locator("[aria-current=step] h2").inner_text().startswith("Building Trust")
    therapist.click("main >> text=Go back")
    therapist.fill("[name=reason]", "We look at your answers once more, together.")
    therapist.click("text=Go back to Assessment")
    client.reload()
    assert client.locator("[aria-current=step] h2").inner_text().startswith("Assessment")
    assert client.locator("text=We look at your answers once more, together.").count()
    assert client.locator("li.done h2").inner_text() == "Building Trust"
    assert client.locator("text=read a result").count()

    # Nobody else.
    other = sign_in(open_page(js=js), "vikram@example.org")
    other.goto(therapist.url.replace(therapist.url.split("/clients")[0], ""))
    assert other.locator("h1").inner_text() == "There is nothing here"
    assert cast.vikram.is_active


def test_what_is_typed_survives_a_lost_race(open_page):
    cast = people.make()
    first = sign_in(open_page(), "meera@example.org")
    address = f"/clients/{cast.asha.pk}/move/"
    first.goto(address)
    second = sign_in(open_page(), "meera@example.org")
    second.goto(address)
    second.click("text=Move on to Building Trust")
    first.fill("[name=reason]", "A long thought about trust")
    first.click("text=Move on to Building Trust")
    assert first.locator("text=Somebody moved this client while you were looking").count()


def test_signing_out_closes_the_back_button(open_page):
    people.make()
    page = sign_in(open_page(), "meera@example.org")
    page.click("text=Asha Verma")
    page.click("text=Sign out")
    page.go_back()
    page.wait_for_load_state()
    assert not page.locator("text=Asha Verma").count()


def test_the_menu_folds_without_scripts(open_page):
    page = open_page("/", js=False, width=390)
    link = page.locator("details.folded >> text=Self-assessment")
    assert not link.is_visible()
    page.click("summary:has-text('Menu')")
    assert link.is_visible()


def test_a_signed_in_reader_sees_their_place(open_page):
    people.make()
    page = sign_in(open_page(), "meera@example.org")
    page.goto("/articles/")
    page.click("header >> text=My place")
    page.wait_for_url("**/caseload/")
