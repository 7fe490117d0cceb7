"""What machines read: the feed with its full text, and the sitemap."""

from datetime import timedelta
from xml.etree import ElementTree

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from articles.publishing import actions as publishing
from articles.reading.feeds import ENTRIES
from tests.support.articles.factories import article, author, topic
from tests.support.counting import query_count

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client) -> ElementTree.Element:
    response = client.get("/articles/feed.xml")
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def test_the_feed_holds_the_whole_text_with_links_that_work_elsewhere(client, db):
    it = article(
        title="One & <two>",
        body='<p>All of it. <a href="/assessments/">Look</a></p><script>alert(1)</script>',
    )
    (entry,) = feed(client).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == it.title
    assert entry.findtext(f"{ATOM}summary") == it.excerpt
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert content.text == (
        '<p>All of it. <a href="http://testserver/assessments/" rel="noopener">Look</a></p>'
    )
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == it.author.name
    category = entry.find(f"{ATOM}category")
    assert category is not None
    assert category.get("term") == it.topic.title
    assert it.publish_at
    assert entry.findtext(f"{ATOM}published") == it.publish_at.isoformat()


def test_the_feed_holds_the_newest_first_and_only_so_many(client, db):
    assert feed(client).findall(f"{ATOM}entry") == []
    now = timezone.now()
    for n in range(ENTRIES + 3):
        article(f"number-{n}", publish_at=now - timedelta(days=n))
    links = [link.get("href", "") for link in feed(client).findall(f"{ATOM}entry/{ATOM}link")]
    assert len(links) == ENTRIES
    assert links[0].endswith("/articles/number-0/")
    assert links[-1].endswith(f"/articles/number-{ENTRIES - 1}/")


def test_a_stray_control_character_does_not_end_the_feed(client, db):
    article(title="A\x0bb", excerpt="c\x1f", body="<p>d\x08</p>")
    (entry,) = feed(client).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Ab"


def test_ids_survive_a_change_of_every_address(client, db, settings):
    it = article()
    article("elsewhere", topic=topic("other"))

    def ids(path: str) -> list[str | None]:
        root = ElementTree.fromstring(client.get(path, follow=True).content)
        return [one.text for one in root.iter(f"{ATOM}id")]

    before = ids("/articles/topics/closeness/feed.xml")
    assert len(before) == 2
    assert all((one or "").startswith("urn:uuid:") for one in before)
    assert len({*ids("/articles/feed.xml")}) == 3
    it.slug = it.topic.slug = "new"
    it.save()
    publishing.save_topic(topic=it.topic)
    settings.SITE_URL = "https://new.example"
    assert client.get("/articles/topics/closeness/feed.xml").status_code == 301
    assert ids("/articles/topics/closeness/feed.xml") == before
    page = client.get("/articles/topics/new/").content.decode()
    assert page.count("/articles/topics/new/feed.xml") == 2
    assert client.get("/articles/topics/nothing/feed.xml").status_code == 404


def test_the_sitemap_names_what_is_public_with_its_last_change(client, db):
    it = article()
    article("sketch", status="draft", publish_at=None, topic=topic("hidden"), author=author("who"))
    page = client.get("/sitemap.xml").content.decode()
    for path in (it, it.topic, it.author):
        assert f"<loc>http://testserver{path.get_absolute_url()}</loc>" in page
    # A day of the practice's: between 18:30 and 24:00 UTC it is tomorrow in Asia/Kolkata.
    assert page.count(f"<lastmod>{timezone.localdate(it.changed_at)}") == 3
    for word in ("sketch", "hidden", "who"):
        assert word not in page


def test_a_thousand_articles_cost_no_more_queries(client, db):
    now, about, by = timezone.now(), topic(), author()
    Article.objects.bulk_create(
        Article(slug=f"n-{n}", title=f"N {n}", topic=about, author=by, excerpt="x", body="<p>x</p>",
                status="published", publish_at=now - timedelta(hours=n))
        for n in range(1000)
    )  # fmt: skip
    for path in ("/articles/", "/articles/?page=84", "/articles/n-500/", "/articles/feed.xml",
                 "/sitemap.xml", about.get_absolute_url(), by.get_absolute_url()):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert query_count(queries) <= 4, path


def test_pages_that_proxies_keep_do_not_repeat_the_host_they_were_asked_by(client, db, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    article("kept")
    for path in ("/sitemap.xml", "/articles/feed.xml"):
        page = client.get(path, HTTP_HOST="testserver:9").content.decode()
        assert f"{settings.SITE_URL}/articles/kept/" in page
        assert ":9/" not in page
