"""Published texts stay true: reviews that are due, withdrawals that say why, corrections."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.database import row_security
from accounts.optimistic_lock import Stale
from articles import corrections
from articles.models import Article, Page
from articles.pages import actions as pages
from articles.publishing import actions as publishing
from articles.publishing import desk, workflow
from articles.upkeep import actions as upkeep
from tests.support.articles.desk import form
from tests.support.articles.factories import article, author, topic
from tests.support.articles.schema_org import faults

HOSTILE = "<script>alert(1)</script>"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


@pytest.fixture
def editor(cast, browser_of):
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    return browser_of(cast.esha)


def test_what_is_due_is_on_the_desk_until_it_was_read(cast, editor, client):
    """The topic says how often; publication and the last review count, whichever is later."""
    now = timezone.now()
    quick, slow = topic("quick", review_months=6), topic("slow", review_months=36)
    old = {"publish_at": now - timedelta(days=250)}
    due = article("due", topic=quick, reviewer=author("old-reviewer", name="Somebody Else"), **old)
    article("steady", topic=slow, **old)
    article("read", topic=quick, reviewed_on=timezone.localdate() - timedelta(days=20), **old)
    article("sample", topic=quick, sample=True, **old)
    article("draft", topic=quick, status="draft", **old)
    article("new", topic=quick)
    assert [a.slug for a in desk.of(cast.esha).overdue] == ["due"]
    assert not desk.of(cast.esha).is_clear
    listed = editor.get("/admin/articles/article/?review=due").content.decode()
    assert ">Due</a>" in listed
    assert ">Steady</a>" not in listed
    page = editor.get("/admin/").content.decode()
    assert "Due for review" in page
    click = f"/admin/articles/article/{due.pk}/reviewed/"
    editor.post(click, {"seen": "2001-01-01T00:00:00+00:00", "next": "desk"})
    due.refresh_from_db()
    assert due.reviewed_on is None, "somebody saved it meanwhile"
    assert editor.post(click, {"seen": due.version, "next": "desk"}).url == "/admin/"
    due.refresh_from_db()
    assert (due.reviewed_on, due.reviewer) == (timezone.localdate(), None)
    latest = due.revisions.latest("number")
    assert (latest.step, latest.by) == ("reviewed", cast.esha)
    assert "Reviewed" in client.get(due.get_absolute_url()).content.decode()
    assert desk.of(cast.esha).overdue_count == 0
    with pytest.raises(Stale):
        upkeep.mark_reviewed(article=due, by=cast.esha, seen="")


def test_a_withdrawal_shows_what_links_here_says_why_and_leads_on(cast, editor, client):
    one, other = article("one"), article("other")
    one.slug = "uno"
    one.save()
    article("linking", body='<p><a href="/articles/uno#part">x</a></p>')
    article("by-old-address", body='<p><a href="/articles/one/">x</a></p>')
    article("longer-name", body='<p><a href="/articles/uno-more/">x</a></p>')
    Page.objects.create(slug="hello", title="Hello there",
                        body='<p><a href="/articles/uno/">x</a></p>')  # fmt: skip
    editor.post(
        f"/admin/articles/article/{one.pk}/change/",
        form(slug="uno", publish_at=one.publish_at, seen=one.version, _withdraw="1"),
    )
    one.refresh_from_db()
    assert one.is_public(), "without a reason it stays"
    where = f"/admin/articles/article/withdraw/?pk={one.pk}"
    page = editor.get(where).content.decode()
    assert {"Linking", "By old address", "Hello there"} <= set(re.findall(r">([\w ]+)</a>", page))
    assert "Longer name" not in page.partition("<datalist")[0]
    assert editor.post(where, {"because": " "}).status_code == 200
    refused = editor.post(where, {"because": "Old.", "instead": "nowhere"}).content.decode()
    assert "There is no public article with this title or address." in refused
    assert editor.post(where, {"because": "Old.", "instead": "uno"}).status_code == 200
    because = f"A newer study says otherwise. {HOSTILE}"
    assert editor.post(where, {"because": because, "instead": "Other"}).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.instead) == ("withdrawn", "other")
    assert one.revisions.latest("number").comment == because
    other.slug = "another"
    other.save()
    for old in ("/articles/uno/", "/articles/one/"):
        answer = client.get(old)
        assert (answer.status_code, answer.url) == (302, "/articles/another/?instead-of=uno")
    told = client.get(answer.url).content.decode()
    assert "which we have withdrawn" in told
    assert "A newer study says otherwise. &lt;script&gt;" in told
    assert "withdrawn" not in client.get("/articles/another/?instead-of=linking").content.decode()

    upkeep.withdraw(article=other, by=cast.esha, because="It was wrong.", instead=None)
    gone = client.get("/articles/uno/")
    assert gone.status_code == 410
    assert "A newer study" in gone.content.decode()
    publishing.move(article=one, move=workflow.PUBLISH, by=cast.esha)
    one.refresh_from_db()
    assert (one.withdrawn_because, one.instead) == ("", "")
    assert client.get("/articles/uno/").status_code == 200


def test_several_are_withdrawn_for_one_reason(editor):
    two = [article(f"s-{n}").pk for n in range(2)]
    data = {"action": "withdraw", "_selected_action": two}
    page = editor.post("/admin/articles/article/", data)
    assert editor.post(page.url, {"because": "Both were samples."}).status_code == 302
    gone = Article.objects.filter(status="withdrawn", withdrawn_because="Both were samples.")
    assert gone.count() == 2


def test_a_correction_is_dated_shown_and_kept(editor, client, cast):
    it = article("mended")
    written = form(slug=it.slug, publish_at=it.publish_at, seen=it.version, body=it.body,
                   corrections=f"We said 1958; it was 1969. {HOSTILE}")  # fmt: skip
    change = f"/admin/articles/article/{it.pk}/change/"
    assert editor.post(change, written).status_code == 302
    it.refresh_from_db()
    today = timezone.localdate()
    assert it.updated_on == today
    assert it.corrections.startswith(f"{today.isoformat()} We said 1958")
    page = client.get(it.get_absolute_url()).content.decode()
    assert "We said 1958; it was 1969. &lt;script&gt;" in page
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(block)
    assert not faults(data)
    said = next(node for node in data["@graph"] if node["@type"] == "Article")["correction"]
    assert [(one["@type"], one["datePublished"]) for one in said] == [
        ("CorrectionComment", today.isoformat())
    ]
    publishing.restore(article=it, revision=it.revisions.get(number=1), by=cast.esha)
    it.refresh_from_db()
    assert len(it.correction_list) == 1, "restoring a text takes no notice back"
    ahead = written | {"seen": it.version, "corrections": "2062-01-01 Too early."}
    assert "cannot lie in the future" in editor.post(change, ahead).content.decode()


def test_only_drafts_are_deleted(cast, editor):
    """By the admin, and by no statement of the site either."""
    public, draft = article("public"), article("draft", status="draft", publish_at=None)
    gone = article("gone", status="withdrawn")
    for row, answer in ((public, 403), (gone, 403), (draft, 302)):
        response = editor.post(f"/admin/articles/article/{row.pk}/delete/", {"post": "yes"})
        assert response.status_code == answer
    data = {"action": "delete_selected", "_selected_action": [public.pk], "post": "yes"}
    editor.post("/admin/articles/article/", data)
    assert set(Article.objects.values_list("slug", flat=True)) == {"public", "gone"}
    with row_security.web_role():
        row_security.set_actor(cast.esha)
        with pytest.raises(DatabaseError, match="only drafts"):
            Article.objects.filter(slug="public").delete()


@given(TEXTS, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_dated_notices_read_back(text, today):
    written = corrections.dated(text, today)
    assert corrections.dated(written, today + timedelta(days=1)) == written
    listed = corrections.parse(written)
    assert listed == sorted(listed, key=lambda one: one.on, reverse=True)
    assert all(one.text for one in listed)


@pytest.mark.parametrize("kind", ["article", "page"])
def test_what_was_withdrawn_is_withdrawn_again_when_it_is_sent_back(kind, cast, client, editor):
    """Its readers keep the page that says so, also while editors read it; nobody can delete it."""
    day = timezone.now() - timedelta(days=9)
    text = {"slug": "was-wrong", "publish_at": day}
    it: Article | Page = (
        article(**text, withdrawn_because="It was wrong.")
        if kind == "article"
        else Page.objects.create(title="Fees", description="x", body="<p>x</p>",
                                 status="published", **text)
    )  # fmt: skip

    def take(move: workflow.Move, comment: str = "") -> None:
        stored = type(it)._default_manager.get(pk=it.pk)
        save = publishing.save_written if kind == "article" else pages.save_written
        save(**{kind: stored}, by=cast.esha, move=move, comment=comment, seen=stored.version)

    take(workflow.WITHDRAW)
    for move, status in ((workflow.SUBMIT, "review"), (workflow.RETURN, "withdrawn")):
        # The date on which it might be shown again.
        type(it)._default_manager.filter(pk=it.pk).update(publish_at=day + timedelta(days=99))
        take(move, "Not yet.")
        it.refresh_from_db()
        assert (it.status, it.is_gone()) == (status, True)
        assert client.get(it.get_absolute_url()).status_code == 410
    assert it.publish_at == day
    mine = desk.of(cast.esha)
    assert [t.pk for t in (*mine.sent_back, *mine.pages_sent_back)] == [it.pk]
    assert editor.get(f"/admin/articles/{kind}/{it.pk}/delete/").status_code == 403
    take(workflow.PUBLISH)
    it.refresh_from_db()
    assert (it.status, it.publish_at) == ("published", day)
