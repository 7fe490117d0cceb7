"""Feed and schema.org data, validated by their libraries; and hostile text in all their places."""

import json
import re
from datetime import timedelta

import feedparser
import pytest
from django.utils import timezone

from articles.models import Article, Image, Series
from articles.publishing import previews
from tests.support.articles.desk import form
from tests.support.articles.factories import article, author
from tests.support.articles.schema_org import faults
from tests.support.thorough import THOROUGH
from tests.support.xss import PAYLOADS, live_markup

ATOM_SAYS = {"id", "title", "updated", "link", "summary", "content", "author", "published"}


@pytest.fixture
def rich(db) -> Article:
    """An article with everything that it can have."""
    cover = Image.objects.create(file="pictures/hills.png", alt="Hills", width=800, height=600)
    who = author("meera", name="Dr. Meera Nair", portrait=cover)
    series = Series.objects.create(title="Closeness")
    now, today = timezone.now(), timezone.localdate()
    article("second", series=series, series_place=2)
    body = "<h2>A & b</h2><p>Ωmega “quotes” <a href='/articles/'>all</a></p>"
    return article(
        "rich", title="One & <two>", cover=cover, reviewer=who, reviewed_on=today, body=body,
        updated_on=today, series=series, series_place=1, publish_at=now - timedelta(days=3),
        sources="A Secure Base\nJohn Bowlby, 1988.\n\nHelp\nhttps://example.org/help",
    )  # fmt: skip


def data_of(page: str) -> dict:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def test_the_checker_finds_what_is_wrong():
    assert faults({"@type": "Article", "headlin": "x"}) == ["/headlin: Article has none"]
    assert faults({"@type": "Artikel"}) == [": no class Artikel"]
    assert faults({"@type": "Article", "author": {"@type": "Person", "wordCount": 1}})
    assert faults({"@type": "Person", "url": {"@type": "Nothing"}})


def test_structured_data_is_schema_org(client, rich, capsys):
    pages = [rich.get_absolute_url(), rich.author.get_absolute_url(),
             rich.reviewer.get_absolute_url(), "/articles/second/"]  # fmt: skip
    all_faults = [
        fault for at in pages for fault in faults(data_of(client.get(at).content.decode()))
    ]
    graph = data_of(client.get(pages[0]).content.decode())["@graph"]
    assert {node["@type"] for node in graph} == {"Article", "BreadcrumbList", "WebPage"}
    page = next(node for node in graph if node["@type"] == "WebPage")
    text = next(node for node in graph if node["@type"] == "Article")
    assert text["publisher"]["logo"]["url"].startswith("http://testserver/static/img/")
    # An update before the publication, when it was a draft, is no change for readers.
    assert text["dateModified"] == timezone.localdate().isoformat()
    Article.objects.filter(pk=rich.pk).update(updated_on="2020-01-01", language="hi")
    text = data_of(client.get(pages[0]).content.decode())["@graph"][0]
    assert text["dateModified"] == text["datePublished"]
    assert text["inLanguage"] == "hi"
    assert '<div class="reading-text" lang="hi">' in client.get(pages[0]).content.decode()
    assert page["reviewedBy"]["name"] == "Dr. Meera Nair"
    with capsys.disabled():
        print(f"\nschema.org: {len(pages)} pages, {len(all_faults)} faults")
    assert all_faults == []


def test_the_feed_is_a_feed(client, rich, capsys):
    read = feedparser.parse(client.get("/articles/feed.xml").content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.id
    assert read.feed.updated_parsed
    missing = [(e.get("id"), name) for e in read.entries for name in ATOM_SAYS if not e.get(name)]
    assert missing == []
    assert len({entry.id for entry in read.entries}) == len(read.entries) == 2
    assert read.entries[1].title_detail.type == "text/plain"
    assert read.entries[1].title == "One & <two>"
    on_topic = feedparser.parse(client.get("/articles/topics/closeness/feed.xml").content)
    assert not on_topic.bozo
    assert on_topic.feed.id != read.feed.id
    assert {entry.id for entry in on_topic.entries} == {entry.id for entry in read.entries}
    with capsys.disabled():
        print(f"\nfeed: {read.version}, {len(read.entries)} entries, bozo {int(read.bozo)}")


@pytest.mark.trust
def test_no_payload_reaches_a_page_as_markup(cast, browser_of, client, capsys):
    """Through the editor's field, every other text of the form, the preview and the versions."""
    desk, page_count, through = browser_of(cast.esha), 0, []
    it = article(status="draft", publish_at=None)
    change = f"/admin/articles/article/{it.pk}/change/"
    for start in range(0, len(PAYLOADS), 20):
        texts = [text for _kind, text in PAYLOADS[start : start + 20]]
        for text in texts if THOROUGH and start % 60 == 0 else texts[:4]:
            short = "x " + text.replace("\x00", "")[:150]
            fields = form(slug=it.slug, title=short, excerpt=short, sources=text, comment=text,
                          body=f"<p>Text.</p>{text}")  # fmt: skip
            link = desk.post(change, fields | {"_preview": "1"})["Location"]
            through += live_markup(desk.get(link).content.decode())
            save(desk, it, fields)
            through += pages(desk, client, it, link)
            page_count += 7
    # In each part that a text can have, the titles of videos and the notes at its end included.
    parts = ("<p>{}</p>", "<aside>{}</aside>", "<figure><figure>{}</figure></figure>",
             '<figure><a href="https://youtu.be/abcdefghijk">{}</a></figure>')  # fmt: skip
    body = "<p>Text.<sup>1</sup></p>" + "".join(
        parts[number % len(parts)].replace("{}", text) for number, (_, text) in enumerate(PAYLOADS)
    )
    body += f"<hr><ol><li>{PAYLOADS[0][1]} note</li></ol>"
    save(desk, it, form(slug=it.slug, body=body))
    through += pages(desk, client, it, f"/admin/articles/article/{it.pk}/preview/")
    with capsys.disabled():
        print(f"\nxss: {len(PAYLOADS)} payloads, {page_count + 6} pages, {len(through)} as markup")
    assert through == []


def save(desk, it: Article, fields: dict) -> None:
    """As somebody does who has just opened the form. Some payloads are refused, none as stale."""
    it.refresh_from_db()
    change = f"/admin/articles/article/{it.pk}/change/"
    assert desk.post(change, fields | {"seen": it.version}).status_code in (200, 302)


def pages(desk, client, it: Article, link: str) -> list[str]:
    """The markup that acts on each page which shows this article."""
    Article.objects.filter(pk=it.pk).update(status="published", publish_at="2026-01-01T00:00Z")
    change = f"/admin/articles/article/{it.pk}"
    shown = [
        desk.get(link, follow=True),
        desk.get(f"{change}/change/"),
        desk.get(f"{change}/versions/"),
        client.get(it.get_absolute_url()),
        client.get("/articles/search/", {"q": it.title}),
        client.get("/articles/feed.xml"),
    ]
    assert all(page.status_code == 200 for page in shown)
    return [part for page in shown[:-1] for part in live_markup(page.content.decode())]


def test_a_preview_of_unsaved_work_is_cleaned_too(cast, browser_of):
    desk = browser_of(cast.esha)
    body = "".join(text for _kind, text in PAYLOADS)
    link = desk.post("/admin/articles/article/add/", form(body=body, _preview="1"))["Location"]
    assert link.startswith(previews.reverse("admin:index"))
    assert live_markup(desk.get(link).content.decode()) == []
