"""In Chromium: nothing that people type in longer forms is lost, and nobody else can read it."""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from clients.models import Note, SafetyPlan, Task
from clients.notes import actions as notes
from clients.safety_plan import actions as safety_plan
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.browsing import enter, wait_until
from tests.support.long_forms import LongPage, pages_of
from tests.support.signing_in import session_of
from tests.support.thorough import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACTORS = ["visitor", "owner client", "assigned therapist", "editor", "manager"]
# An article is saved on the server while it is typed (articles-autosave.js).
LEFT_ALONE = "/admin/articles/article/"
# Without the public help lines, which the browser keeps for people without a connection.
STORED = """async () => ({
  local: {...localStorage}, session: {...sessionStorage},
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).filter(name => !name.startsWith("help-")),
})"""
NOTHING: dict[str, object] = {"local": {}, "session": {}, "databases": 0, "caches": []}
EMPTY = "localStorage.length + sessionStorage.length === 0"
OPEN_FOLDS = """field => {
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details"))
    fold.open = true;
}"""


def said(where: Page | Locator, what: str) -> Locator:
    """A message of keep.js: kept, cut, restored or beside."""
    return where.locator(f"[data-keep-message={what}]")


def editor_of(area: Locator) -> Locator | None:
    """The text field of editors, in which the hidden textarea is written."""
    if area.get_attribute("data-text-field") is None:
        return None
    return area.locator("xpath=ancestor::*[.//*[contains(@class, 'tiptap')]][1]").locator(".tiptap")


class Writer:
    """Somebody who types forty words into every textarea of a page."""

    def __init__(self, page: Page, user: User | None, long: LongPage):
        self.page, self.user, self.long = page, user, long
        self.lost: list[str] = []

    def form(self, number: int) -> Locator:
        return self.page.locator("main form[method=post]:has(textarea)").nth(number)

    def areas(self):
        for number, names in enumerate(self.long.forms):
            for name in names:
                area = self.form(number).locator(f"textarea[name='{name}']")
                words = " ".join(f"zebra-{name}-{n}" for n in range(40))
                yield area, words[: int(area.get_attribute("maxlength") or 10_000)]

    def write(self) -> None:
        for area, words in self.areas():
            area.evaluate(OPEN_FOLDS)
            (editor_of(area) or area).fill(words)
        for number in range(len(self.long.forms)):
            form = self.form(number)
            if not form.locator("[data-draft]").count():  # A note says this in its own words.
                expect(said(form, "kept")).to_be_visible()

    def look(self, way: str) -> None:
        for area, words in self.areas():
            try:
                if editor := editor_of(area):
                    expect(editor).to_have_text(words, timeout=10_000)
                else:
                    expect(area).to_have_value(words, timeout=10_000)
            except AssertionError:
                self.lost.append(f"{way}: {self.long.where} {area.get_attribute('name')}")

    def press(self, number: int) -> None:
        """Sends the form, also where something that the browser asks for is missing."""
        form = self.form(number)
        form.evaluate("form => { form.noValidate = true; }")
        form.locator("button:not([type=button]), input[type=submit]").last.click()

    def write_and_press_without_a_line(self) -> None:
        if self.user is None:  # The script is loaded when a visitor begins.
            area = self.form(0).locator("textarea").first
            area.evaluate(OPEN_FOLDS)
            area.focus()
            self.page.wait_for_selector("script[src*='js/keep']", state="attached")
            self.page.wait_for_load_state("networkidle")
        self.page.context.set_offline(True)
        self.write()
        for number in range(len(self.long.forms)):
            self.press(number)
            expect(said(self.form(number), "cut")).to_be_visible()

    def come_back_in_a_new_tab(self) -> None:
        """The session has ended, so that a press leads to the sign-in page; the tab is closed, and
        the same person signs in again."""
        context = self.page.context
        context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        context.set_offline(False)
        self.press(0)
        self.page.wait_for_url("**/accounts/login/**")
        self.page.close()
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(self.user)}
        context.add_cookies([cookie | {"url": settings.SITE_URL}])
        self.page = context.new_page()
        self.page.goto(self.long.where)


@pytest.mark.trust
@pytest.mark.parametrize("actor", ACTORS)
def test_no_word_is_lost(open_page, scene, browser_of, promise, actor):
    """The rule of keep.js needs no list of forms, and neither does this test."""
    user = (scene["cast"].users() | {"visitor": None})[actor]
    pages = [p for p in pages_of(actor, browser_of(user), scene) if LEFT_ALONE not in p.where]
    assert [page.where for page in pages if not page.keeps] == []
    if user:  # What needs no account is tried as a visitor.
        pages = some([p for p in pages if not p.where.startswith(("/enquiry/", "/review/"))], 5)
    page, lost = open_page("/"), []
    if user:
        enter(page, user)
    for long in pages:
        page.goto(long.where)
        writer = Writer(page, user, long)
        writer.write_and_press_without_a_line()
        writer.look("the line cut")
        if user:
            writer.come_back_in_a_new_tab()
        else:
            page.context.set_offline(False)
            page.goto("/")  # A visitor's words end with the tab.
            page.goto(long.where)
        writer.look("the tab closed, the session ended")
        lost, page = lost + writer.lost, writer.page
    stored = page.evaluate(STORED)
    assert len(stored["local"] if user else stored["session"]) >= len(pages) > 0
    assert "zebra" not in json.dumps(stored)
    if user:
        sign_out(page)
        assert page.evaluate(STORED) == NOTHING
    count = sum(len(long.forms) for long in pages)
    promise("typed", f"{count} forms, {len(lost)} texts lost", summed=True)
    assert not lost, "\n".join(lost)


def sign_out(page: Page) -> None:
    page.goto("/accounts/me/")
    page.locator("header nav.wide").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/accounts/me/" not in url)
    wait_until(page, EMPTY)


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    return people.make()


def test_what_has_arrived_is_forgotten(open_page, cast):
    task = tasks.give_task(client=cast.asha, by=cast.meera, title="Breathe")
    page = enter(open_page("/"), cast.asha.user)
    where = f"/path/tasks/{task.pk}/"
    page.goto(where)
    page.fill("[name=reflection]", "It was quiet.")
    expect(said(page, "kept")).to_be_visible()
    with page.expect_navigation():
        page.click("text=Not now")
    page.goto(where)
    expect(said(page, "restored")).to_contain_text("We put back what you had written on")
    expect(page.locator("[name=reflection]")).to_have_value("It was quiet.")
    page.click("main form button:has-text('Save and mark as done')")
    page.wait_for_url("**/path/**")
    wait_until(page, "Object.keys(localStorage).length === 0 && !document.cookie.includes('kept=')")
    assert Task.objects.get().reflection == "It was quiet."


def test_a_refused_form_keeps_its_words(open_page, cast):
    page = enter(open_page("/"), cast.meera)
    where = f"/clients/{cast.asha.pk}/tasks/"
    page.goto(where)
    form = page.locator("form:has(textarea[name=text])")
    form.evaluate("form => { form.noValidate = true; }")
    page.fill("textarea[name=text]", "Walk along the river.")
    form.locator("button:not([type=button])").last.click()
    expect(page.locator(".is-invalid").first).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value("Walk along the river.")
    expect(said(page, "restored")).to_have_count(0)
    page.goto("/caseload/")
    page.goto(where)
    expect(page.locator("textarea[name=text]")).to_have_value("Walk along the river.")
    said(page, "restored").get_by_role("button", name="Discard").click()
    expect(page.locator("textarea[name=text]")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0


def test_words_of_an_older_version_are_shown_beside(open_page, cast):
    def write(signs: str, seen: int) -> None:
        plan = SafetyPlan(signs=signs)
        safety_plan.write(client=cast.asha, by=cast.asha.user, plan=plan, seen=seen)

    write("I stop eating.", 0)
    page = enter(open_page("/"), cast.asha.user)
    page.goto("/path/safety/edit/")
    page.fill("[name=signs]", "I stop sleeping.")
    expect(said(page, "kept")).to_be_visible()
    write("I stop calling.", SafetyPlan.objects.get().version)
    for _again in range(2):  # They are shown until somebody decides.
        page.goto("/path/safety/edit/")
        expect(said(page, "beside")).to_contain_text("I stop sleeping.")
        expect(page.locator("[name=signs]")).to_have_value("I stop calling.")
    page.click("text=Put my words into the form")
    expect(page.locator("[name=signs]")).to_have_value("I stop sleeping.")
    expect(said(page, "beside")).to_have_count(0)
    page.reload()
    expect(page.locator("[name=signs]")).to_have_value("I stop sleeping.")


def test_two_tabs_keep_their_own_words(open_page, cast):
    """Neither shows nor overwrites those of the other; a closed tab's are offered, and no more."""
    first = enter(open_page("/"), cast.asha.user)
    second, signs = first.context.new_page(), "[name=signs]"
    for page, words in ((first, "I stop sleeping."), (second, "I stop calling.")):
        page.goto("/path/safety/edit/")
        expect(page.locator(signs)).to_have_value("")
        page.fill(signs, words)
        expect(said(page, "kept")).to_be_visible()
    first.reload()
    expect(first.locator(signs)).to_have_value("I stop sleeping.")
    expect(said(first, "tab")).to_have_count(0)
    second.close()
    first.reload()
    expect(said(first, "tab")).to_contain_text("I stop calling.")
    expect(first.locator(signs)).to_have_value("I stop sleeping.")
    first.click("text=Put my words into the form")
    expect(first.locator(signs)).to_have_value("I stop calling.")


def test_another_person_at_the_same_browser_finds_nothing(open_page, cast):
    page = enter(open_page("/"), cast.asha.user)
    page.goto("/path/safety/edit/")
    page.fill("[name=signs]", "I stop sleeping.")
    expect(said(page, "kept")).to_be_visible()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    enter(page, cast.rohan.user)
    page.goto("/path/safety/edit/")
    wait_until(page, "localStorage.length === 0")
    expect(page.locator("[name=signs]")).to_have_value("")


def test_a_visitor_keeps_them_in_the_tab_until_the_request_is_sent(open_page):
    page = open_page("/enquiry/")
    page.fill("[name=name]", "Nila")
    page.fill("[name=email]", "nila@example.org")
    page.fill("[name=about]", "Sleep")
    expect(said(page, "kept")).to_have_text("Kept in this tab until you send it.")
    page.reload()
    expect(page.locator("[name=about]")).to_have_value("Sleep")
    page.check("[name=consent]")
    page.click("text=Send my request")
    page.wait_for_url("**/enquiry/thanks/")
    wait_until(page, "sessionStorage.length === 0")
    assert page.evaluate(STORED) == NOTHING


def test_a_note_is_kept_where_its_draft_cannot_be_saved(open_page, cast):
    """What the server has as a draft is not kept in the browser as well."""
    draft = notes.keep_draft(
        client=cast.asha, by=cast.meera, text="We spoke", audience="private", key=uuid4()
    )
    page = enter(open_page("/"), cast.meera)
    page.goto(draft.get_absolute_url())
    page.fill("[name=text]", "We spoke about")
    expect(page.get_by_text("Draft saved")).to_be_visible(timeout=20_000)
    wait_until(page, "localStorage.length === 0")
    page.context.set_offline(True)
    page.fill("[name=text]", "We spoke about her sister.")
    expect(page.get_by_text("Not saved yet: you are offline")).to_be_visible()
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(draft.get_absolute_url())
    expect(page.locator("[name=text]")).to_have_value("We spoke about her sister.")
    for _ in range(200):  # The page before may have saved it at the last moment: then at once.
        if Note.objects.get().text == "We spoke about her sister.":
            break
        page.wait_for_timeout(100)
    assert Note.objects.get().text == "We spoke about her sister."


def test_words_end_after_two_weeks(open_page, cast):
    page = enter(open_page("/"), cast.asha.user)
    page.goto("/path/safety/edit/")
    page.fill("[name=signs]", "I stop sleeping.")
    expect(said(page, "kept")).to_be_visible()
    page.evaluate("""for (const [name, text] of Object.entries(localStorage)) {
      const at = parseInt(text, 10) - 14 * 24 * 60 * 60 * 1000 - 1000;
      localStorage.setItem(name, text.replace(/^[0-9]+/, at));
    }""")
    page.goto("/articles/")  # Any page of the site.
    wait_until(page, "localStorage.length === 0")


def test_without_encryption_nothing_is_kept_or_claimed(open_page, cast):
    """As over plain http, where browsers have no WebCrypto."""
    page = enter(open_page("/"), cast.asha.user)
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page.goto("/path/safety/edit/")
    page.fill("[name=signs]", "I stop sleeping.")
    page.context.set_offline(True)
    page.click("main form button >> text=Save")
    expect(said(page, "cut")).to_be_visible()
    expect(page.locator("[name=signs]")).to_have_value("I stop sleeping.")
    expect(said(page, "kept")).to_have_count(0)
    assert page.evaluate(STORED) == NOTHING
