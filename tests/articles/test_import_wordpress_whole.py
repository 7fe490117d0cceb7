"""A move from WordPress loses no word, no picture and no address, and can be rehearsed."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.test import override_settings

from articles import richtext
from articles.models import Article, Image, Page
from tests.support.articles import moved_site
from tests.support.articles.old_site import everything, imported
from tests.support.articles.wxr import item, write
from tests.support.xss import live_markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(tmp_path) -> str:
    media = moved_site.uploads(tmp_path / "uploads")
    return imported(moved_site.export(tmp_path), "--media", str(media), "--tags", "2", "-v2")


def test_the_report_is_a_page_that_holds_nothing_live(tmp_path):
    hostile = "<img src=x onerror=xss(1)>"
    body = '<p>Words</p><img src="https://x.example/a.png?<script>xss(1)</script>">'
    odd = item(
        1, f"T {hostile}", body, link="javascript:xss(1)", terms=(("post_tag", "x", hostile),)
    )
    page = tmp_path / "report.html"
    imported(write(tmp_path, odd, item(2, hostile, kind="product")), "--report", str(page))
    text = page.read_text(encoding="utf-8")
    assert live_markup(text.partition("<script>")[0]) == []
    assert "Texts to look at (1)" in text
    assert "pictures from other sites, left out: https://x.example/a.png" in text
    assert 'href="http' in text
    assert "javascript:" not in text


def test_a_whole_site_moves(report, tmp_path):
    first = Article.objects.get(slug="first")
    said = richtext.plain(first.body.replace("<p>", " <p>")).split()
    assert Counter(said) == Counter(moved_site.SAID.split())
    assert first.body.count("<img") == 3
    assert "<ol><li>A note that <em>explains</em>.</li>" in first.body
    assert first.body.index("Bowlby") < first.body.index("The last words")
    assert Article.objects.get(slug="second").body.endswith("Bowlby 1969, page 12.</li></ol>")
    for address in ("/articles/topics/bonds/", "/about/", "/articles/second/"):
        assert f'href="{address}"' in first.body
    assert first.topic.slug == "bonds"
    assert {topic.slug for topic in first.more_topics.all()} == {"grief", "often", "love"}
    assert first.excerpt == "Why closeness lasts."
    assert first.changed_at == datetime(2021, 5, 5, 4, 30, tzinfo=UTC)
    about = Page.objects.get(slug="about")
    assert (about.title, about.status, about.menu_place) == ("About us", "published", 10)
    assert '<a href="/articles/first/"' in about.body
    assert set(Page.objects.filter(origins__isnull=False).values_list("slug", flat=True)) == {
        "about", "team", "privacy-2"}  # fmt: skip
    assert Image.objects.count() == 4
    for line in ("Pictures: 4 in the library", "1 files without a place here", "sheet.pdf",
                 "Rare (1)", "Bonds in love", "pinned to the top there", "privacy → privacy-2",
                 "Pages: 1 draft, 2 published", "Items in 11, items out 11."):  # fmt: skip
        assert line in report
    before = everything()
    again = imported(tmp_path / "old.xml", "--media", str(tmp_path / "uploads"), "--tags", "2")
    assert everything() == before
    assert "Items in 11, items out 11." in again


@pytest.mark.parametrize("debug", [False, True])
def test_every_old_address_answers_after_one_redirect(report, client, debug):
    with override_settings(DEBUG=debug):
        for old, new in moved_site.ADDRESSES.items():
            answer = client.get(old)
            assert (answer.status_code, answer.url) == (301, new), old
            assert client.get(answer.url).status_code == 200, new
        for old in moved_site.UPLOADS:
            answer = client.get(old)
            assert answer.status_code == 301, old
            assert client.get(answer.url)["Content-Type"].startswith("image/"), old
        assert client.get("/2020/01/never/").status_code == 404
        assert client.get("/?p=999").status_code == 200
        assert client.get("/privacy/").status_code == 200
