"""The reading pages: what a visitor sees, what is hidden, and how many queries it takes."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from articles.models import Article, Author, Image, Topic
from articles.models.library import Illustration
from articles.reading.related import related_to
from tests.support import cast as people
from tests.support.articles.factories import article, author, topic
from tests.support.counting import query_count
from tests.support.page_parts import markup

PATHS = [
    "/articles/",
    "/articles/topics/closeness/",
    "/articles/authors/neeshu-rathore/",
    "/articles/a-safe-place/",
    "/articles/feed.xml",
    "/sitemap.xml",
    "/",
]


@pytest.fixture
def one(db) -> Article:
    return article()


@pytest.mark.parametrize("path", PATHS)
def test_a_visitor_reads_without_a_cookie_and_any_proxy_may_keep_it(path, one, client):
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "public" in response["Cache-Control"]
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_of_many_topics_the_most_used_are_shown_and_the_others_one_press_away(db, client):
    for number in range(12):
        for times in range(5 if number > 3 else 4):
            article(f"a-{number}-{times}", topic=topic(f"topic-{number:02}"))
    article("hidden", topic=topic("topic-unseen"), status="draft")
    for at, seen in (("/articles/", 4), ("/articles/topics/topic-04/", 4),
                     ("/articles/topics/topic-01/", 1)):  # fmt: skip
        nav = HTMLParser(client.get(at).content.decode()).css_first("nav.topics")
        shown = [link.text() for link in nav.css("nav > a")]
        assert len(shown) == 9, at
        assert f"Topic-0{seen}" in shown
        assert len(nav.css("details a")) == 4
        assert "Topic-unseen" not in nav.text()
    Article.objects.filter(topic__slug="topic-01").exclude(slug="a-1-0").update(status="draft")
    side = HTMLParser(client.get("/articles/topics/topic-01/").content.decode()).css_first("aside")
    assert len(side.css("details a")) == 4


@pytest.mark.parametrize("path", PATHS)
def test_reading_is_all_one_can_do(path, one, client):
    assert client.head(path).status_code == 200
    if path != "/sitemap.xml":  # Django's own view, which takes any method and only reads.
        assert client.post(path).status_code == 405
        assert client.delete(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_the_page_is_the_same_for_everybody_who_is_signed_in(path, one, cast, client, browser_of):
    nonce = re.compile(rb'nonce="[^"]*"')
    visitor = nonce.sub(b"", client.get(path).content)
    for user in (cast.esha, cast.asha.user, cast.manoj):
        assert nonce.sub(b"", browser_of(user).get(path).content) == visitor


@pytest.mark.parametrize(
    "path",
    [
        "/articles/nothing/",
        "/articles/topics/nothing/",
        "/articles/authors/nothing/",
        "/articles/?page=2",
        "/articles/?page=0",
        "/articles/?page=x",
        "/articles/topics/",
        "/articles/7/",
        "/articles/%3Cscript%3E/",
    ],
)
def test_a_missing_page_is_a_404(path, one, client):
    assert client.get(path).status_code == 404


def test_a_missing_article_offers_a_search_for_the_words_of_its_address(client, cast):
    page = client.get("/articles/sleeping-well/").content.decode()
    assert 'value="sleeping well"' in page
    assert 'action="/articles/search/"' in page
    # Another address may say something about a person.
    private = client.get("/clients/asha-rao/x/").content.decode()
    assert 'action="/articles/search/"' in private
    assert "asha" not in private.split("<form")[1]


def test_an_article_shows_everything_that_readers_need(client, db):
    body = "".join(f"<h2>Part {n}</h2><p>{'word ' * 200}</p>" for n in range(4))
    it = article(
        body=body,
        sources="A Secure Base\nJohn Bowlby, 1988.\n\nHelp\nhttps://example.org/help",
        sample=True,
        reviewed_on=timezone.localdate() - timedelta(days=2),
        publish_at=timezone.now() - timedelta(days=40),
    )
    other = article("the-next-one")
    page = client.get(it.get_absolute_url()).content.decode()
    for text in (it.title, it.excerpt, it.author.name, it.topic.title, "4 min read", "Reviewed",
                 "Sample, awaiting review.", 'href="#part-2"', 'id="part-2"', "On this page",
                 "A Secure Base", "John Bowlby, 1988.", 'href="https://example.org/help"',
                 reverse("assessment-list"), other.title, other.excerpt,
                 '<link rel="canonical" href="http://testserver/articles/a-safe-place/">',
                 'property="og:title"'):  # fmt: skip
        assert text in page, text
    Article.objects.update(sample=False)
    assert "Sample, awaiting review" not in client.get(it.get_absolute_url()).content.decode()


def test_beside_a_text_on_danger_stand_the_help_lines(one, client):
    """Nobody is invited to a self-assessment while they read about suicide or violence."""

    def beside() -> str:
        page = markup(client.get(one.get_absolute_url()))
        return page.split('class="article-offer')[1].split("</aside>")[0]

    assert "Take the self-assessment" in beside()
    assert "tel:" not in beside()
    Article.objects.update(about_danger=True)
    assert "self-assessment" not in beside()
    for number in ("14416", "112", "181"):
        assert f'href="tel:{number}"' in beside(), number


def test_samples_have_a_neutral_author_until_they_are_reviewed(client, db):
    people.articles()
    rows = Article.objects.filter(sample=True)
    assert {row.author.name for row in rows} == {"Psywellpath sample"}
    assert not any(row.reviewed_on or row.reviewer for row in rows)
    danger = {row.slug for row in rows if row.about_danger}
    assert danger == {"abnormal-behaviour", "abstract-trauma-processing"}


def test_claims_of_change_name_their_sources(client, db):
    people.articles()
    sources = {row.slug: row.sources for row in Article.objects.filter(sample=True)}
    bodies = {row.slug: row.body for row in Article.objects.filter(sample=True)}
    therapy, trauma = "healing-relationships-with-attachment-therapy", "abstract-trauma-processing"
    for cited, title in (
        ("Taylor and others, 2015", "Changes in attachment representations"),
        ("Levy and others, 2018", "Adult attachment as a predictor and moderator"),
        ("Spengler and others, 2024", "emotionally focused couple therapy"),
    ):
        assert cited in bodies[therapy]
        assert title in sources[therapy]
    assert "disputed" in bodies[trauma]
    assert "tends to move in phases" not in bodies[trauma]
    assert "Critical analysis of the current treatment guidelines" in sources[trauma]


def test_a_short_article_has_no_table_of_contents(one, client):
    assert "On this page" not in client.get(one.get_absolute_url()).content.decode()


def test_structured_data_is_json_that_nothing_breaks_out_of(client, db):
    it = article(title="</script><script>alert(1)</script>", excerpt="“&amp;” <b>")
    page = markup(client.get(it.get_absolute_url()))
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(block)
    assert data["@graph"][0]["headline"] == it.title
    assert data["@graph"][0]["author"]["name"] == it.author.name
    assert data["@graph"][2]["itemListElement"][1]["name"] == it.topic.title
    assert "<script>alert" not in page


@pytest.mark.parametrize("status", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_public_is_nowhere(status, one, client):
    hidden = article("hidden-one", status=status, publish_at=timezone.now() + timedelta(hours=1))
    assert client.get(hidden.get_absolute_url()).status_code == 404
    for path in PATHS:
        assert "hidden-one" not in client.get(path).content.decode()


def test_a_scheduled_article_becomes_public_by_time_alone(client, db, monkeypatch):
    now = timezone.now()
    it = article(status="scheduled", publish_at=now + timedelta(hours=1))
    assert client.get(it.get_absolute_url()).status_code == 404
    assert it not in Article.objects.published()
    later = now + timedelta(hours=1, seconds=1)
    assert it in Article.objects.published(later)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert client.get(it.get_absolute_url()).status_code == 200
    assert it.title in client.get("/articles/").content.decode()
    assert it.state() == "published"


def test_a_withdrawn_article_says_so_kindly(one, client):
    one.withdraw(timezone.now())
    one.save()
    response = client.get(one.get_absolute_url())
    assert response.status_code == 410
    assert "This article was withdrawn" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert one.title not in client.get("/articles/").content.decode()


def test_pages_keep_what_was_asked_for_and_never_repeat_an_article(client, db):
    for n in range(14):
        article(f"number-{n}", publish_at=timezone.now() - timedelta(days=n + 1))
    first = client.get("/articles/?from=mail").content.decode()
    assert "?from=mail&amp;page=2" in first
    assert first.index("Number 0") < first.index("Number 1")
    second = client.get("/articles/?page=2").content.decode()
    shown = {n for n in range(14) if f"/articles/number-{n}/" in second}
    assert shown == {12, 13}
    assert 'rel="canonical" href="http://testserver/articles/?page=2"' in second


def test_topics_are_offered_only_where_there_is_something_to_read(one, client):
    topic("empty-room")
    extra = topic("second-home")
    one.more_topics.add(extra)
    page = client.get("/articles/").content.decode()
    assert "/articles/topics/second-home/" in page
    assert "empty-room" not in page
    assert one.title in client.get(extra.get_absolute_url()).content.decode()
    assert client.get("/articles/topics/empty-room/").status_code == 200


def test_the_home_page_shows_who_writes_only_if_something_is_said_about_them(client, one):
    assert "Who writes here" in client.get("/").content.decode()
    Author.objects.update(bio="")
    assert "Who writes here" not in client.get("/").content.decode()


def test_an_author_without_a_portrait_has_the_drawing(one, client):
    page = client.get(one.author.get_absolute_url()).content.decode()
    assert "sprite.svg#author" in page.split("<h1>")[0]
    assert "Clinical psychologist" in page


@pytest.mark.parametrize("place", ["/", "/articles/", "topic", "author", "article"])
def test_an_article_without_a_picture_shows_its_topics_illustration(one, client, place):
    Topic.objects.filter(pk=one.topic_id).update(illustration="family")
    places = {"topic": one.topic, "author": one.author, "article": one}
    at = places[place].get_absolute_url() if place in places else place
    page = client.get(at).content.decode()
    assert "sprite.svg#art-family" in page
    assert "sprite.svg#art-calm" not in page


@pytest.mark.parametrize("place", ["/", "/articles/", "topic", "article"])
def test_a_topics_own_picture_replaces_its_illustration(one, client, place):
    own = Image.objects.create(file="pictures/own.png", alt="Our garden", width=8, height=5)
    Topic.objects.update(picture=own)
    at = {"topic": one.topic, "article": one}.get(place)
    page = client.get(at.get_absolute_url() if at else place).content.decode()
    assert 'src="/media/pictures/own.png"' in page
    assert "sprite.svg#art-" not in page
    assert own.in_use()


def test_a_shared_link_shows_the_articles_picture_or_its_topics(one, client):
    def shared() -> tuple[str, str]:
        page = client.get(one.get_absolute_url()).content.decode()
        (tag,) = re.findall(r'property="og:image" content="([^"]*)"', page)
        (block,) = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL
        )
        return tag, json.loads(block)["@graph"][0]["image"]

    Topic.objects.filter(pk=one.topic_id).update(illustration="work")
    assert set(shared()) == {"http://testserver/static/img/share/work.png"}
    own = Image.objects.create(file="pictures/own.png", alt="Our garden", width=8, height=5)
    Topic.objects.filter(pk=one.topic_id).update(picture=own)
    assert set(shared()) == {"http://testserver/media/pictures/own.png"}
    cover = Image.objects.create(file="pictures/cover.png", alt="A lake", width=8, height=5)
    Article.objects.filter(pk=one.pk).update(cover=cover)
    assert set(shared()) == {"http://testserver/media/pictures/cover.png"}


def test_every_illustration_is_drawn_and_has_a_picture_to_share():
    sprite = (settings.BASE_DIR / "static/img/sprite.svg").read_text()
    drawn = set(re.findall(r'<g id="art-([\w-]+)"', sprite))
    share = {path.stem for path in (settings.BASE_DIR / "static/img/share").glob("*.png")}
    assert drawn == share == set(Illustration.values)


@pytest.mark.parametrize(("number", "listed"), [(3, True), (4, False)])
def test_a_topic_with_few_articles_lists_them_beside_the_other_topics(client, db, number, listed):
    topic("other")
    article("elsewhere", topic=topic("other-filled"))
    for n in range(number):
        at = article(f"one-{n}", topic=topic("few")).topic.get_absolute_url()
    page = client.get(at).content.decode()
    assert ("Other topics" in page) is listed
    assert "/articles/topics/other-filled/" in page
    assert "/articles/topics/other/" not in page


def test_codes_stay_on_one_line(client, db):
    article(title="What the DSM-5-TR <is>", excerpt="ICD-11 and X-ray, well-being & more")
    page = client.get("/articles/").content.decode()
    assert 'What the <span class="text-nowrap">DSM-5-TR</span> &lt;is&gt;' in page
    assert '<span class="text-nowrap">ICD-11</span> and X-ray, well-being &amp; more' in page


def test_related_articles_share_topics_and_words(one, client):
    far = topic("work")
    Article.objects.filter(pk=one.pk).update(title="Grief after a loss", excerpt="On mourning.")
    one.refresh_from_db()
    article("far-but-new", topic=far, publish_at=timezone.now() - timedelta(minutes=1))
    article("far-but-alike", title="Grief and mourning after loss", topic=far)
    article("near-and-old", publish_at=timezone.now() - timedelta(days=90))
    also = article("also-there", topic=far, publish_at=timezone.now() - timedelta(days=99))
    also.more_topics.add(one.topic)
    rows = related_to(one, Article.objects.published().for_lists())
    assert [row.slug for row in rows] == [
        "far-but-alike", "near-and-old", "also-there", "far-but-new"]  # fmt: skip


def cost(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return query_count(queries)


def test_queries_do_not_grow_with_the_rows(one, client):
    article("second", topic=topic("work"))
    few = {path: cost(client, path) for path in PATHS}
    for n in range(18):
        it = article(f"more-{n}", topic=topic(f"topic-{n}"), author=author(f"author-{n}"))
        it.more_topics.add(topic())
    many = {path: cost(client, path) for path in PATHS}
    assert many == few
    assert max(many.values()) <= 4, many


def test_lists_leave_the_long_texts_in_the_database(one):
    row = Article.objects.published().for_lists().get()
    assert row.get_deferred_fields() == {"body", "sources", "search"}
    assert row.reading_minutes == 1
