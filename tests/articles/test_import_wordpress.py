"""Importing a WordPress export: counts agree, nothing unsafe survives, a rerun adds nothing."""

from datetime import UTC, datetime

import pytest

from articles.models import Article, Author, Image, OldAddress, Origin, Topic
from tests.support.articles import old_site
from tests.support.articles.factories import topic
from tests.support.articles.old_site import everything, imported
from tests.support.articles.wxr import author, category, item, write
from tests.support.xss import live_markup

pytestmark = pytest.mark.django_db
Status = Article.Status


@pytest.fixture
def site(tmp_path) -> str:
    media = old_site.pictures(tmp_path / "uploads")
    return imported(old_site.export(tmp_path), "--media", str(media), "--verbosity", "2")


def test_counts_in_and_out_agree(site):
    left_out = old_site.NEVER_SEEN + old_site.TWICE + sum(old_site.OTHERS.values())
    whole = old_site.POSTS + old_site.PAGES + old_site.PICTURES + left_out
    assert f"Items in {whole}, items out {whole}." in site
    assert f"{whole} items and {old_site.COMMENTS} comments" in site
    assert Article.objects.count() == old_site.POSTS
    states = f"{old_site.DRAFTS} draft, {old_site.PUBLISHED} published, {old_site.IN_REVIEW} review"
    rest = f"{old_site.SCHEDULED} scheduled, {old_site.WITHDRAWN} withdrawn"
    assert f"Articles: {states}, {rest}\n" in site


def test_what_is_left_out_is_counted_and_named(site):
    for line in ("Pages: 1 draft, 1 published", "Pictures: 2 in the library",
                 "2 menu entries: post-60, Home", "1 attachments", "1 revisions",
                 "1 product: A thing to buy", "3 comments",
                 "1 reusable blocks", "1 posts that occur twice in the file: Twin",
                 "1 automatic drafts without a text", "1 posts in the bin"):  # fmt: skip
        assert line in site


def test_nothing_unsafe_survives(site, client):
    for row in Article.objects.all():
        answer = client.get(row.get_absolute_url())
        expected = 200 if row.is_public() else 410 if row.is_gone() else 404
        assert answer.status_code == expected, row.slug
        assert live_markup(answer.content.decode()) == []
        for word in ("<script", "<iframe", "<svg", "<object", "onclick", "onload", "javascript:"):
            assert word not in row.body


def test_old_addresses_answer(site, client):
    for path in ("/2019/03/blocks/", "/2019/03/before/"):
        answer = client.get(path)
        assert (answer.status_code, answer.url) == (301, "/articles/blocks/")


def test_a_second_run_changes_nothing(site, tmp_path, capsys):
    before = everything()
    again = imported(tmp_path / "old.xml", "--media", str(tmp_path / "uploads"))
    assert everything() == before
    assert f"{old_site.POSTS} already imported" in again
    with capsys.disabled():
        counts = next(line for line in again.splitlines() if line.startswith("Items in"))
        rows = sum(len(kind) for kind in before.values())
        print(f"\nWXR: {counts} Second run: 0 of {rows} rows and files changed.")


def test_a_dry_run_reports_the_same_and_changes_nothing(tmp_path):
    media = old_site.pictures(tmp_path / "uploads")
    path = old_site.export(tmp_path)
    before = everything()
    dry = imported(path, "--media", str(media), "--dry-run")
    assert everything() == before
    assert dry == imported(path, "--media", str(media)) + "A dry run: nothing was changed.\n"


def test_an_editors_later_work_is_not_touched(site, tmp_path):
    Article.objects.filter(slug="classic").update(slug="renamed", title="Better", body="<p>New</p>")
    imported(tmp_path / "old.xml")
    assert Article.objects.filter(title="Classic").count() == 0
    assert Article.objects.get(slug="renamed").body == "<p>New</p>"


STATES = {
    "Later": (Status.SCHEDULED, datetime(2180, 1, 1, tzinfo=UTC)),
    "Draft": (Status.DRAFT, None),
    "Pending": (Status.REVIEW, None),
    "Private": (Status.DRAFT, datetime(2019, 3, 18, 9, tzinfo=UTC)),
    "Behind a password": (Status.DRAFT, datetime(2019, 3, 18, 9, tzinfo=UTC)),
    "Auto with words": (Status.DRAFT, None),
    "Inherits": (Status.DRAFT, None),
    "A plugin's status": (Status.DRAFT, None),
    "Published empty": (Status.DRAFT, datetime(2019, 3, 18, 9, tzinfo=UTC)),
    "Published never": (Status.DRAFT, None),
    "A draft with no title, though with words.": (Status.DRAFT, None),
    "Binned": (Status.WITHDRAWN, datetime(2019, 3, 18, 9, tzinfo=UTC)),
    "Blocks & more": (Status.PUBLISHED, datetime(2019, 3, 18, 9, tzinfo=UTC)),
    "No zone": (Status.PUBLISHED, datetime(2019, 3, 18, 9, tzinfo=UTC)),
    "Feed's date alone": (Status.PUBLISHED, datetime(2019, 3, 18, 9, tzinfo=UTC)),
}


def test_each_status_and_date_becomes_what_readers_could_see(site):
    states = {a.title: (a.status, a.publish_at) for a in Article.objects.all()}
    assert {title: states[title] for title in STATES} == STATES


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], datetime(2019, 7, 1, 7, tzinfo=UTC)),
        (["--zone", "Europe/London"], datetime(2019, 7, 1, 11, tzinfo=UTC)),
    ],
)
def test_without_utc_the_sites_time_zone_counts(tmp_path, arguments, expected):
    other = item(1, date="2019-07-01 14:00:00", gmt="2019-07-01 09:00:00")
    path = write(tmp_path, other, item(2, date="2019-07-01 12:00:00", gmt="0000-00-00 00:00:00"))
    imported(path, *arguments)
    assert Article.objects.get(slug="post-2").publish_at == expected


def test_slugs(site):
    slugs = set(Article.objects.values_list("slug", flat=True))
    assert {"blocks", "classic", "namaste", "topics-2", "twin", "twin-2", "binned"} <= slugs
    assert all(len(slug) <= 120 for slug in slugs)
    assert "addresses that had to change" in site


def test_old_addresses_lead_to_their_articles(site):
    rows = OldAddress.objects.exclude(article=None).select_related("article")
    led = {a.path: a.article.slug for a in rows if a.article}
    assert led["/2019/03/blocks/"] == led["/2019/03/before/"] == led["/?p=1"] == "blocks"
    assert led["/2019/03/नमस्ते/"] == "namaste"
    assert led["/?p=6"] == "twin-2"


def test_topics_include_their_ancestors(site):
    blocks = Article.objects.get(slug="blocks")
    assert blocks.topic.title == "Anxious"
    assert {t.title for t in blocks.more_topics.all()} == {"Closeness", "Sleep"}
    assert Topic.objects.get(slug="closeness").description == "About & around closeness"
    assert Article.objects.get(slug="namaste").topic.title == "नींद"
    assert Article.objects.get(slug="post-7").topic.slug == "uncategorized"
    assert {t.slug for t in Article.objects.get(slug="twin").more_topics.all()} == {"circle"}
    assert not Topic.objects.filter(slug="empty").exists()
    assert "Nobody wrote here" in site


def test_existing_topics_and_authors_are_used(tmp_path):
    ours = topic("closeness", title="Our own name for it")
    Author.objects.create(slug="dr-nair", name="dr. meera nair")
    imported(
        write(tmp_path, author("meera", "Dr. Meera Nair"), category("closeness", "C"), item(1))
    )
    assert Article.objects.get().topic == ours
    assert Article.objects.get().author.slug == "dr-nair"


def test_authors(site):
    names = dict(Article.objects.values_list("slug", "author__name"))
    assert names["blocks"] == "Dr. Meera Nair"
    assert names["classic"] == "Only Names"
    assert names["topics-2"] == "nobody"
    assert names["twin-2"] == "The Old Site & Co"
    assert not Author.objects.filter(name__contains="@").exists()


def test_excerpts(site):
    excerpts = dict(Article.objects.values_list("slug", "excerpt"))
    assert excerpts["classic"] == "Its own words"
    assert excerpts["s" * 120] == "Teaser first."
    assert excerpts["blocks"].startswith("Words & more, a link.")


def test_an_excerpt_of_a_long_text_has_whole_sentences(tmp_path):
    imported(write(tmp_path, item(1, body=f"<p>{'A sentence of some words. ' * 30}</p>")))
    excerpt = Article.objects.get().excerpt
    assert 200 < len(excerpt) <= 320
    assert excerpt.endswith("words.")


def test_a_text_of_blocks(site):
    body = Article.objects.get(slug="blocks").body
    sea = Origin.objects.get(key__endswith="sea.jpg").image
    for part in ("<h2>A heading</h2>", '<a href="/articles/classic/" rel="noopener">a link</a>',
                 f'<figure><img src="{sea.file.url}" alt="The sea" width="60" height="40">'
                 "<figcaption>By the sea</figcaption></figure>",
                 "<ul><li>One</li><li>Two<ul><li>Deeper</li></ul></li></ul>",
                 '<a href="https://www.youtube.com/watch?v=abc" rel="noopener">', "<p>A talk</p>",
                 "<blockquote><p>Quoted</p><p><cite>Somebody</cite></p></blockquote>",
                 "<th>a</th>", "<code>x &lt; y</code>", "<p>Shared words.</p>",
                 "<p>Classic here</p><p>And here</p>"):  # fmt: skip
        assert part in body
    assert body.endswith("<hr>")
    assert "wp:" not in body


def test_a_classic_text(site):
    body = Article.objects.get(slug="classic").body
    for part in ("<p>The first line<br>and the second</p><h2>Too high a heading</h2>",
                 "<p>Words right below, [sic], with café … ₹500 &amp;lt;</p>",
                 "<figcaption>Hills at <em>dusk</em></figcaption>", "Kept words",
                 ">https://vimeo.com/12345</a></p>", ">https://youtu.be/alone</a></p>",
                 "https://www.youtube.com/watch?v=xyz", "<ul><li>a</li><li>b</li></ul>",
                 "<blockquote><p>A quote</p><p>in two parts</p></blockquote>", "film.mp4",
                 "<p>Plain</p>", "[gallery] ]]&gt; the end"):  # fmt: skip
        assert part in body
    for gone in ("contact-form", "[toc]", "su_note", "lost.jpg", "hot.gif", "onclick", "style",
                 "<svg", "<object", "[caption"):  # fmt: skip
        assert gone not in body
    assert body.count("<img") == 3


def test_what_is_dropped_is_counted(site):
    for line in (
        "1 <script>",
        "2 <iframe>",
        "1 <svg>",
        "1 <object>",
        "1 [contact-form-7]",
        "1 [toc]",
    ):
        assert line in site
    assert "pictures not found in the folder of media (1): 2018/01/lost.jpg" in site
    assert "pictures from other sites, left out (1): https://other.example/hot.gif" in site
    assert "pictures refused (1): 2019/03/evil.png" in site


def test_pictures_are_encoded_again_and_have_alternative_texts(site):
    assert Image.objects.count() == 2
    assert set(Image.objects.values_list("alt", flat=True)) == {"hills", "The sea"}
    assert Article.objects.get(slug="blocks").cover.file.name.startswith("pictures/")
