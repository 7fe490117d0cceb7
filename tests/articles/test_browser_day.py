"""The editor's day in a real browser, from an empty page to a correction; and two at once."""

import io
import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from PIL import Image as Pillow
from playwright.sync_api import Page, expect

from articles.models import Article, Image
from articles.pictures import redraw
from tests.support import cast as people
from tests.support.articles.factories import article, author, topic
from tests.support.browsing import scrolls_sideways, serious, sign_in, wait_until
from tests.support.clocks import clock_at
from tests.support.thorough import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PREVIEW = re.compile("/preview/")


@pytest.fixture
def library(transactional_db) -> Image:
    """A real picture, a topic, an author, and the people."""
    people.make()
    topic("closeness")
    author()
    out = io.BytesIO()
    Pillow.new("RGB", (900, 600), "teal").save(out, "PNG")
    picture = Image(alt="Hills at dawn")
    picture.take(redraw(out, out.tell()))
    picture.save()
    return picture


def choose(page: Page, field: str, name: str) -> None:
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-results__option", has_text=name).click()


def write(page: Page) -> None:
    """Headings, a list, a link and a picture."""
    page.get_by_label("Title").press_sequentially("What a letter can do")
    page.get_by_label("Excerpt").fill("On writing to somebody, and what it does to you.")
    page.get_by_role("textbox", name="Text").click()
    for line in ("A quiet start, and a place to read on", "\n", "## Before you write", "\n",
                 "Sit down.", "\n", "### Paper", "\n", "- a pen", "\n", "time", "\n",
                 "\n"):  # fmt: skip
        page.keyboard.press("Enter") if line == "\n" else page.keyboard.type(line)
    page.locator(".ProseMirror > p").first.click(click_count=3)
    # The editor takes a selection over from the browser a moment later.
    wait_until(page, "() => !document.querySelector('.tiptap').editor.state.selection.empty")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Link")
    dialog.get_by_role("textbox").fill("/articles/")
    dialog.get_by_role("button", name="Set link").click()
    expect(page.locator(".ProseMirror a")).to_contain_text("on")
    expect(dialog).not_to_be_visible()
    page.get_by_role("textbox", name="Text").focus()
    page.keyboard.press("Control+End")
    wait_until(page, "() => document.querySelector('.tiptap').editor.state.selection.empty")
    page.get_by_role("button", name="Picture", exact=True).click()
    dialog = page.get_by_role("dialog", name="Picture")
    dialog.get_by_role("button", name="Hills at dawn").click()
    dialog.get_by_role("button", name="Use this picture").click()
    choose(page, "topic", "Closeness")
    choose(page, "author", "Dr. Neeshu Rathore")


def preview(page: Page) -> Page:
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview").click()
    opened.value.wait_for_url(PREVIEW)
    return opened.value


def unfold(page: Page, name: str) -> None:
    """Opens a group of an article's facts."""
    page.locator("summary", has_text=name).click()


def saved(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_the_editors_day(open_page, library, capsys):
    esha = sign_in(open_page("/"), "esha@example.org")
    esha.goto("/admin/articles/article/add/")
    write(esha)
    expect(esha.locator(".autosave-status")).to_contain_text("Draft saved")
    expect(esha.locator(".result-look .title")).to_have_text("What a letter can do")
    page = preview(esha)
    expect(page.get_by_role("heading", name="Before you write")).to_be_visible()
    expect(page.locator(".reading-text img")).to_have_attribute("alt", "Hills at dawn")
    page.close()
    saved(esha, "Save and send to review")
    it = Article.objects.get()
    assert it.status == "review"
    for part in ("<h2>Before you write</h2>", "<h3>Paper</h3>", "<li><p>a pen</p></li>",
                 '<a href="/articles/" rel="noopener">', 'alt="Hills at dawn"'):  # fmt: skip
        assert part in it.body, it.body
    visitor = open_page(it.get_absolute_url())
    expect(visitor.get_by_role("heading", level=1)).not_to_contain_text("letter")

    neeshu = sign_in(open_page("/"), "neeshu@example.org")
    neeshu.goto("/admin/")
    neeshu.locator(".waiting").get_by_role("link", name="What a letter can do").click()
    neeshu.get_by_label("Comment on this version").fill("Lovely. Tomorrow morning?")
    soon = timezone.localtime() + timedelta(hours=20)
    unfold(neeshu, "Dates and review")
    neeshu.locator("#id_publish_at_0").fill(f"{soon:%Y-%m-%d}")
    neeshu.locator("#id_publish_at_1").fill(f"{soon:%H:%M:%S}")
    saved(neeshu, "Save and schedule")
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).not_to_contain_text("letter")
    neeshu.goto(f"/admin/articles/article/calendar/?month={soon:%Y-%m}")
    expect(neeshu.locator(".entry")).to_contain_text("What a letter can do")

    later: datetime = timezone.now() + timedelta(hours=21)
    with clock_at(later):
        visitor.reload()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("What a letter can do")

        esha.goto(f"/admin/articles/article/{it.pk}/change/")
        expect(esha.locator(".recent")).to_contain_text("Tomorrow morning?")
        esha.locator("[contenteditable=true] > p").first.dblclick(position={"x": 30, "y": 12})
        esha.keyboard.type("calm")
        saved(esha, "Save")
        esha.goto(f"/admin/articles/article/{it.pk}/versions/")
        expect(esha.locator(".change ins")).to_contain_text("calm")
        before = Article.objects.get().body
        esha.get_by_role("button", name="Restore").first.click()
        expect(esha.locator(".messagelist .success")).to_contain_text("Version 2 restored")
        assert "calm" in before
        assert "calm" not in Article.objects.get().body
        esha.get_by_label("Address").fill("what-letters-can-do")
        saved(esha, "Save")
        # Another visitor: the first one's browser may keep the page for a minute.
        visitor = open_page("/articles/what-a-letter-can-do/")
        assert visitor.url.endswith("/articles/what-letters-can-do/")
        expect(visitor.get_by_role("heading", level=1)).to_have_text("What a letter can do")
    with capsys.disabled():
        print(f"\nthe editor's day: {it.revisions.count()} versions, 1 old address leads on")


def test_two_editors_at_one_article(open_page, library, capsys):
    """Both editors learn of it, and both texts stay."""
    it = article(body="<p>A common beginning.</p>")
    change = f"/admin/articles/article/{it.pk}/change/"
    esha, neeshu = (sign_in(open_page("/"), f"{who}@example.org") for who in ("esha", "neeshu"))
    for page, words in ((esha, "Esha wrote this."), (neeshu, "Neeshu wrote that.")):
        page.goto(change)
        page.get_by_role("textbox", name="Text").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(f" {words}")
        expect(page.locator(".autosave-status")).to_contain_text("Draft saved")
    expect(neeshu.locator("#others")).to_contain_text("Esha Das is also working on this article")
    saved(esha, "Save")
    expect(esha.locator(".messagelist .warning")).to_contain_text("Dr. Neeshu Rathore has unsaved")
    neeshu.get_by_role("button", name="Save", exact=True).click()
    expect(neeshu.locator(".errornote + ul, .errorlist").first).to_contain_text("Nothing is lost")
    expect(neeshu.locator(".conflict del").first).to_have_text("Esha")
    expect(neeshu.locator(".conflict ins").first).to_have_text("Neeshu")
    expect(neeshu.get_by_role("textbox", name="Text")).to_contain_text("Neeshu wrote that.")
    assert serious(neeshu) == []
    it.refresh_from_db()
    assert "Esha wrote this." in it.body
    esha.goto(change)
    expect(esha.locator("#others")).to_contain_text("Dr. Neeshu Rathore tried to save")
    saved(neeshu, "Save")
    it.refresh_from_db()
    assert "Neeshu wrote that." in it.body
    texts = [revision.content["body"] for revision in it.revisions.all()]
    lost = [w for w in ("Esha wrote this.", "Neeshu wrote that.") if not any(w in t for t in texts)]
    with capsys.disabled():
        print(f"\ntwo editors: {len(lost)} texts lost, both told")
    assert lost == []


def follow(page: Page, role: str, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).first.click()


def test_a_day_of_upkeep_with_a_reviewer_from_outside(open_page, library, capsys):
    """A review that is due, a withdrawal that leads on, and somebody without an account who reads a
    draft on a phone, whose line is cut once."""
    long_ago = timezone.now() - timedelta(days=400)
    due = article("due", publish_at=long_ago)
    article("wrong", publish_at=long_ago, reviewed_on=timezone.localdate())
    article("better")
    it = article("sleep", status="draft", publish_at=None,
                 body="<h2>Sleep</h2><p>Eight hours are enough.</p>")  # fmt: skip
    neeshu, esha = (sign_in(open_page("/"), f"{who}@example.org") for who in ("neeshu", "esha"))

    neeshu.goto("/admin/")
    neeshu.get_by_role("button", name="Reviewed, nothing changed: Due").click()
    expect(neeshu.locator(".messagelist .success")).to_contain_text("readers see that it was")
    due.refresh_from_db()
    assert due.reviewed_on == timezone.localdate()

    esha.goto(f"/admin/articles/article/{Article.objects.get(slug='wrong').pk}/change/")
    follow(esha, "link", "Withdraw…")
    esha.get_by_label("Why it is withdrawn").fill("A newer study says otherwise.")
    esha.get_by_label("Article to read instead").fill("Better")
    follow(esha, "button", "Withdraw from readers")
    reader = open_page("/articles/wrong/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Better")
    expect(reader.locator("main .notice").first).to_contain_text("A newer study says otherwise.")

    esha.goto(f"/admin/articles/article/{it.pk}/change/")
    follow(esha, "link", "Reviews from outside")
    esha.get_by_label("Name of the reviewer").fill("Dr. Leela Nair")
    follow(esha, "button", "Make the link")
    found = serious(esha)
    link = esha.get_by_label("Link for the reviewer").input_value()

    leela = open_page(link, width=390)
    leela.get_by_text("Comment: Eight hours").press("Enter")
    leela.keyboard.press("Tab")
    leela.keyboard.type("For whom?")
    kept = leela.locator("[data-keep-message=kept]:visible")
    expect(kept).to_have_text("Kept in this tab until you send it.")
    leela.context.set_offline(True)
    leela.keyboard.press("Tab")
    leela.keyboard.press("Enter")
    expect(leela.locator("[data-keep-message=cut]:visible")).to_contain_text("was not sent")
    leela.context.set_offline(False)
    leela.reload()
    expect(leela.locator("textarea:visible")).to_have_value("For whom?")
    found += serious(leela)
    assert not scrolls_sideways(leela)
    follow(leela, "button", "Save comment")
    expect(leela.locator(".own-comment .comment-text")).to_have_text("For whom?")
    follow(leela, "link", "I have finished")
    found += serious(leela)
    follow(leela, "button", "Send and finish")
    expect(leela.get_by_role("heading", level=1)).to_have_text("Thank you for your review")

    neeshu.goto("/admin/")
    expect(neeshu.locator(".waiting")).to_contain_text("1 comment from Dr. Leela Nair")
    follow(neeshu, "link", "Sleep")
    found += serious(neeshu)
    follow(neeshu, "button", "Done")
    expect(neeshu.locator(".outside-comment")).to_contain_text("Done by Dr. Neeshu Rathore")
    with capsys.disabled():
        print(f"\na day of upkeep: 1 review, 1 withdrawal, 1 comment kept; axe: {len(found)}")
    assert found == []


def test_without_scripts_an_article_is_written_previewed_and_sent(open_page, library):
    page = sign_in(open_page("/", js=False), "esha@example.org")
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").fill("Plain")
    page.get_by_label("Address").fill("plain")
    page.get_by_label("Excerpt").fill("Plainly said.")
    page.locator("#id_body").fill("<p>Plain words.</p>")
    it = article("other")
    page.goto(f"/admin/articles/article/{it.pk}/change/")
    page.locator("#id_body").fill("<p>Plain words.</p>")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview").click()
    opened.value.wait_for_url(PREVIEW)
    expect(opened.value.get_by_text("Plain words.")).to_be_visible()
    page.goto(f"/admin/articles/article/{it.pk}/change/")
    expect(page.get_by_text("You have unsaved work from")).to_be_visible()
    page.get_by_role("link", name="Continue with it").click()
    expect(page.locator("#id_body")).to_have_value("<p>Plain words.</p>")


SEEN = ["", "articles/article/", "articles/article/{pk}/change/", "articles/article/add/",
        "articles/article/{pk}/versions/", "articles/article/calendar/", "articles/topic/",
        "articles/series/add/", "articles/article/{pk}/preview/"]  # fmt: skip


@pytest.mark.trust
@pytest.mark.parametrize("scheme", some(["light", "dark"], 2, start=1))
def test_what_editors_see_is_accessible(open_page, library, scheme, capsys):
    it = article(title="T" * 70, body='<h2>x</h2><h4>y</h4><p><a href="/articles/no/">z</a></p>')
    page = sign_in(open_page("/", color_scheme=scheme), "esha@example.org")
    page.goto(f"/admin/articles/article/{it.pk}/change/")
    page.get_by_label("Title").fill("Another")
    saved(page, "Save")
    findings = []
    for at in SEEN:
        page.goto(f"/admin/{at.format(pk=it.pk)}")
        findings += serious(page)
        page.set_viewport_size({"width": 390, "height": 900})
        if "preview" in page.url and scrolls_sideways(page):
            findings.append(f"{page.url} scrolls sideways")
        page.set_viewport_size({"width": 1280, "height": 900})
    with capsys.disabled():
        print(f"\naxe, editors' pages, {scheme}: {len(SEEN)} pages, {len(findings)} findings")
    assert findings == []
