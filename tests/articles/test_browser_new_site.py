"""An editor makes a practice's whole site by clicks, without a developer: name, home page, pages,
team, menu, privacy notice and the picture of shared links."""

import io
import re

import pytest
from django.contrib.auth.models import Group
from PIL import Image as Pillow
from playwright.sync_api import Page, expect

from articles.models import Page as PracticePage
from tests.support import cast as people
from tests.support.browsing import scrolls_sideways, serious, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BLANK = re.compile(r"\[\[[^\[\]]*\]\]")


@pytest.fixture
def esha(transactional_db):
    """The practice's only editor, who may publish what she wrote."""
    cast = people.make()
    cast.neeshu.groups.remove(Group.objects.get(name="editor"))
    return cast.esha


def save(page: Page) -> None:
    """Saves, and waits for the next page: opened before, another would end what is being saved."""
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def add_picture(page: Page, alt: str) -> None:
    out = io.BytesIO()
    Pillow.new("RGB", (1200, 630), "teal").save(out, "PNG")
    page.goto("/admin/articles/image/add/")
    picture = {"name": "x.png", "mimeType": "image/png", "buffer": out.getvalue()}
    page.locator("input[type=file]").set_input_files(picture)
    page.get_by_label("Alternative text").fill(alt)
    save(page)


def choose(page: Page, field: str, name: str) -> None:
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-results__option", has_text=name).click()


def add_member(page: Page, name: str, role: str, place: str) -> None:
    page.goto("/admin/articles/author/add/")
    page.get_by_label("Name", exact=True).press_sequentially(name)
    page.get_by_label("About the author").fill("She listens before she speaks.")
    page.get_by_label("Role in the team").fill(role)
    page.get_by_label("Place on the team").fill(place)
    choose(page, "portrait", "A teal square")
    save(page)


def write_site_texts(page: Page) -> None:
    page.goto("/admin/articles/sitetexts/add/")
    page.get_by_label("Name of the site").fill("Lotus Practice")
    page.get_by_label("Introduction").fill("A quiet place in Pune.")
    page.locator("#id_home_title").fill("Come as you are.")
    page.get_by_label("Place of the steps").fill("")
    choose(page, "share_picture", "A teal square")
    page.get_by_label("Show this notice instead").check()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview the home page").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Come as you are.")
    opened.value.close()
    assert not serious(page)
    save(page)
    expect(page.get_by_text("Saved. Readers see it now.")).to_be_visible()


def fill_and_publish(page: Page, slug: str) -> None:
    """Tries to publish, reads which blanks are left, fills them in the text, and publishes."""
    pk = PracticePage.objects.get(slug=slug).pk
    page.goto(f"/admin/articles/page/{pk}/change/")
    page.get_by_role("button", name="Save and publish now").click()
    expect(page.get_by_text("This is still to be filled in").first).to_be_visible()
    page.locator("textarea[name=body]").wait_for(state="attached")
    text = page.get_by_role("textbox", name="Text")
    for blank in BLANK.findall(text.inner_text()):
        # As a person does: marks the blank and types over it.
        text.evaluate(
            """(editor, blank) => {
                const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
                while (walker.nextNode()) {
                    const at = walker.currentNode.data.indexOf(blank);
                    if (at < 0) continue;
                    editor.focus();
                    const range = document.createRange();
                    range.setStart(walker.currentNode, at);
                    range.setEnd(walker.currentNode, at + blank.length);
                    getSelection().removeAllRanges();
                    getSelection().addRange(range);
                    return;
                }
            }""",
            blank,
        )
        page.wait_for_timeout(40)
        page.keyboard.type("our answer")
    expect(text).not_to_contain_text("[[")
    page.get_by_role("button", name="Save and publish now").click()
    expect(page.get_by_text("Readers see it now.")).to_be_visible()


def test_an_editor_makes_a_new_site_by_clicks(esha, open_page):
    page = open_page()
    sign_in(page, esha.email)
    add_picture(page, "A teal square")
    add_member(page, "Leela Rao", "Therapist", "10")
    write_site_texts(page)
    for slug in ("about", "services-and-fees", "contact", "team", "questions"):
        fill_and_publish(page, slug)
    for width in (1280, 390):
        reader = open_page("/", width=width)
        assert "Lotus Practice" in reader.title()
        share = reader.locator("meta[property='og:image']").get_attribute("content") or ""
        assert "/media/pictures/" in share
        foot = reader.locator("footer")
        for name in ("About", "Fees", "Contact", "Our team", "Questions"):
            foot.get_by_role("link", name=name, exact=True).click()
            expect(reader.get_by_role("heading", level=1)).to_be_visible()
            assert not scrolls_sideways(reader)
            assert not serious(reader)
        reader.goto("/team/")
        expect(reader.get_by_role("heading", name="Leela Rao")).to_be_visible()
        reader.goto("/privacy/")
        expect(reader.get_by_text("Gone after")).to_be_visible()
    menu = open_page("/services-and-fees/").locator("nav.wide")
    expect(menu.get_by_role("link", name="Fees")).to_have_attribute("aria-current", "page")
    expect(menu.get_by_role("link", name="The seven steps")).to_have_count(0)
