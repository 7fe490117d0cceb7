"""The sample articles in a real installation: drafts, and nothing of an editor's work is lost."""

from io import StringIO

from django.core.management import call_command

from articles.models import Article


def load() -> str:
    out = StringIO()
    call_command("load_samples", stdout=out)
    return out.getvalue()


def test_samples_come_as_drafts_that_nobody_reads(cast, browser_of):
    assert "0 articles" not in load()
    articles = list(Article.objects.all())
    assert articles
    assert {(a.status, a.publish_at, a.sample) for a in articles} == {("draft", None, True)}
    for article in articles:
        article.full_clean()
    assert browser_of().get(articles[0].get_absolute_url()).status_code == 404
    Article.objects.filter(pk=articles[0].pk).update(title="Ours", status="review")
    assert "0 articles" in load()
    assert Article.objects.get(pk=articles[0].pk).title == "Ours"
    listed = browser_of(cast.esha).get("/admin/articles/article/?sample__exact=1&state=draft")
    assert articles[1].title in listed.content.decode()
