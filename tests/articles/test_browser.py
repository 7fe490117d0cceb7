"""Reading pages and the editors' desk in a real browser, under the real content policy."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.access import Role
from articles import demonstration
from articles.models import Article, Image
from clients.models import Step
from tests.support.articles.factories import article, author, topic
from tests.support.browsing import serious, violations
from tests.support.cast import person
from tests.support.signing_in import session_of
from tests.support.thorough import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

READING = [
    "/",
    "/articles/",
    "/articles/topics/understanding-mental-health/",
    "/articles/authors/psywellpath-sample/",
    "/articles/healing-relationships-with-attachment-therapy/",
]


@pytest.fixture
def chromium(chromium_browser: Browser) -> Browser:
    return chromium_browser


@pytest.fixture
def console() -> list[str]:
    """The messages in the editor's console."""
    return []


@pytest.fixture
def editor(chromium, live_server, console) -> Iterator[Page]:
    """A signed-in editor's page, which fails the test on any message in the console."""
    esha = person("esha@example.org", "Esha Das", Role.EDITOR)
    context = chromium.new_context(base_url=live_server.url, timezone_id="Asia/Kolkata")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(esha)}
    context.add_cookies([cookie | {"url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    yield page
    context.close()
    assert console == []


@pytest.fixture
def samples(db) -> None:
    Step.ensure_all("default")
    demonstration.load(settings.BASE_DIR / "psywellpath" / "demonstration")


WIDTHS = (320, 390, 1280)


@pytest.mark.trust
@pytest.mark.parametrize(
    ("width", "scheme"), some([(w, s) for w in WIDTHS for s in ("light", "dark")], 5)
)
def test_reading_pages_fit_and_are_accessible(chromium, live_server, samples, scheme, width):
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=live_server.url
    )
    page = context.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    for at in READING:
        page.goto(at)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), at
        assert console == [], at
        assert violations(page) == []
        console.clear()  # Axe adds styles of its own, which the policy refuses.
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_visitor_reads_the_leading_article(chromium, live_server, samples, script):
    context: BrowserContext = chromium.new_context(
        base_url=live_server.url,
        java_script_enabled=script,
        viewport={"width": 1280, "height": 800},
    )
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#steps ~ div > ol > li")).to_have_count(7)
    page.get_by_role("link", name="Articles", exact=True).first.click()
    page.locator(".lead-article h2 a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Healing relationships")
    expect(page.get_by_text("Sample, awaiting review.")).to_be_visible()
    page.locator(".contents-side").get_by_role("link", name="Two examples").click()
    assert page.url.endswith("#two-examples")
    expect(page.get_by_role("heading", name="Two examples")).to_be_in_viewport()
    if script:
        expect(page.locator(".contents-side .here")).to_have_text("Two examples")
    page.get_by_role("link", name="Take the self-assessment").click()
    assert page.url.endswith("/assessments/")
    context.close()


def choose(page: Page, field: str, name: str) -> None:
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-results__option", has_text=name).click()


def test_an_editor_writes_and_publishes_and_a_visitor_sees_it(editor, chromium, live_server):
    topic("closeness")
    author()
    Image.objects.create(file="pictures/hills.png", alt="Hills at dawn", width=8, height=6)
    editor.goto("/admin/articles/article/add/")
    editor.get_by_label("Title").press_sequentially("What a letter can do")
    expect(editor.get_by_label("Address")).to_have_value("what-a-letter-can-do")
    editor.get_by_label("Excerpt").fill("On writing to somebody.")
    text = editor.get_by_role("textbox", name="Text")
    text.click()
    editor.keyboard.type("A first paragraph with ")
    editor.keyboard.press("Control+b")
    editor.keyboard.type("strong words")
    editor.keyboard.press("Control+b")
    editor.keyboard.press("Enter")
    editor.keyboard.type("## A heading")
    editor.keyboard.press("Enter")
    editor.keyboard.type("- one")
    editor.keyboard.press("Enter")
    editor.keyboard.type("two")
    choose(editor, "topic", "Closeness")
    choose(editor, "author", "Dr. Neeshu Rathore")
    editor.get_by_role("button", name="Save and publish now").click()
    expect(editor.get_by_text("Readers see it now.")).to_be_visible()

    it = Article.objects.get()
    assert it.body == (
        "<p>A first paragraph with <strong>strong words</strong></p><h2>A heading</h2>"
        "<ul><li><p>one</p></li><li><p>two</p></li></ul>"
    )
    visitor = chromium.new_page(base_url=live_server.url)
    visitor.goto(it.get_absolute_url())
    expect(visitor.get_by_role("heading", name="A heading")).to_be_visible()
    visitor.close()


def test_an_editor_puts_a_picture_from_the_library_into_the_text(editor):
    it = article(body="<p>Before.</p>")
    Image.objects.create(file="pictures/hills.png", alt="Hills at dawn", width=8, height=6)
    editor.route("**/media/**", lambda route: route.fulfill(body=b"", content_type="image/png"))
    editor.goto(f"/admin/articles/article/{it.pk}/change/")
    editor.get_by_role("textbox", name="Text").click()
    editor.keyboard.press("Control+End")
    editor.get_by_role("button", name="Picture", exact=True).click()
    dialog = editor.get_by_role("dialog", name="Picture")
    dialog.get_by_role("button", name="Hills at dawn").click()
    expect(dialog.get_by_label("What the picture shows")).to_have_value("Hills at dawn")
    dialog.get_by_role("button", name="Use this picture").click()
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist .success")).to_be_visible()
    it.refresh_from_db()
    assert '<img src="/media/pictures/hills.png" alt="Hills at dawn">' in it.body


DESK = ["", "articles/article/", "articles/article/add/", "articles/topic/",
        "articles/author/add/", "articles/image/add/"]  # fmt: skip


@pytest.mark.trust
@pytest.mark.parametrize("scheme", some(["light", "dark"], 2))
def test_the_desk_is_accessible(editor, console, scheme):
    article(sample=True)
    editor.emulate_media(color_scheme=scheme)
    for at in DESK:
        editor.goto(f"/admin/{at}")
        if at.endswith("article/add/"):
            expect(editor.get_by_role("textbox", name="Text")).to_be_visible()
        assert console == []
        assert serious(editor) == []
        console.clear()  # Axe adds styles of its own, which the policy refuses.
