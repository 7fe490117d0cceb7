"""Two editors: who may do which step, what is checked first, and the version of each save."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from articles.models import Article, OldAddress, Revision, Unsaved
from articles.publishing import actions as publishing
from articles.publishing import checks, comparison, previews, workflow
from articles.publishing.readability import grade
from tests.support.articles.desk import errors, form
from tests.support.articles.factories import article, topic
from tests.support.page_parts import markup


@pytest.fixture
def desks(cast, browser_of):
    """Esha's and Neeshu's."""
    return browser_of(cast.esha), browser_of(cast.neeshu)


def change(it: Article) -> str:
    return f"/admin/articles/article/{it.pk}/change/"


def post(desk, it: Article, **fields):
    """Saves the form as it was opened: with the version that it was opened at."""
    values = {"title": it.title, "slug": it.slug, "excerpt": it.excerpt, "body": it.body,
              "seen": it.changed_at.isoformat(), "publish_at": it.publish_at}  # fmt: skip
    response = desk.post(change(it), form(**values | fields))
    it.refresh_from_db()
    return response


def sketch(**fields) -> Article:
    return article("sketch", **{"status": "draft", "publish_at": None} | fields)


def test_nobody_publishes_what_they_sent_to_review(desks):
    esha, neeshu = desks
    it = sketch()
    assert "A second editor has to read it first" in errors(post(esha, it, _publish="1"))
    assert post(esha, it, _submit="1").status_code == 302
    assert it.status == "review"
    assert "You sent it to review yourself" in errors(post(esha, it, _publish="1"))
    page = esha.get(change(it)).content.decode()
    assert "Another editor reads it and decides." in page
    assert 'name="_publish"' not in page
    page = neeshu.get(change(it)).content.decode()
    assert "It is waiting for your review" in page
    assert post(neeshu, it, _publish="1").status_code == 302
    assert it.is_public()
    steps = [(r.step, r.by.name) for r in it.revisions.order_by("number")[1:]]
    assert steps == [("submitted", "Esha Das"), ("published", "Dr. Neeshu Rathore")]


def test_the_one_who_sent_it_last_does_not_decide(desks):
    """Another's earlier submission, which was sent back, counts no more."""
    esha, neeshu = desks
    it = sketch()
    post(esha, it, _submit="1")
    post(neeshu, it, _return="1", comment="Too short.")
    post(neeshu, it, _submit="1")
    assert "You sent it to review yourself" in errors(post(neeshu, it, _publish="1"))
    assert it.status == "review"
    assert post(esha, it, _publish="1").status_code == 302
    assert it.is_public()


def test_sending_back_says_why_and_its_author_reads_it(desks):
    esha, neeshu = desks
    it = sketch()
    post(esha, it, _submit="1")
    assert "Please say in the comment what still needs to be done" in errors(
        post(neeshu, it, _return="1")
    )
    assert post(neeshu, it, _return="1", comment="A source for the second part?").status_code == 302
    assert it.status == "draft"
    assert "A source for the second part?" in esha.get(change(it)).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(article=it, number=99, step="returned", content={})


def test_scheduling_by_the_second_editor(desks, client):
    esha, neeshu = desks
    it = sketch()
    post(esha, it, _submit="1")
    post(neeshu, it, _schedule="1", publish_at=timezone.now() + timedelta(days=1))
    assert it.status == "scheduled"
    assert client.get(it.get_absolute_url()).status_code == 404


def test_one_editor_alone_may_do_everything(cast, desks):
    cast.neeshu.is_active = False
    cast.neeshu.save()
    it = sketch()
    assert post(desks[0], it, _publish="1").status_code == 302
    assert it.is_public()


@pytest.mark.parametrize("state", ["draft", "review", "scheduled", "published", "withdrawn"])
def test_the_page_and_the_action_agree(state, cast):
    """Every move from every state: what the form offers is what the action takes."""
    ahead = timezone.now() + timedelta(days=1 if state in ("draft", "review", "scheduled") else -1)
    for move in workflow.MOVES:
        it = article(f"{state}-{move.step}", status=state, publish_at=ahead,
                     withdrawn_because="It is old.")  # fmt: skip
        offered = move in workflow.possible(it, it.state(), cast.esha)
        try:
            publishing.move(article=it, move=move, by=cast.esha, comment="Why not")
            taken = True
        except ValidationError:
            taken = False
        assert offered == taken, (state, move.name)


def test_what_stops_publishing_and_what_is_advice(cast, desks):
    body = (
        '<h2>One</h2><h4>Two far</h4><img src="/media/pictures/x.png"><p>'
        '<a href="/articles/gone/">x</a> <a href="/articles/">fine</a> <a href="#one">fine</a> '
        '<a href="/assessments/">fine</a> <a href="https://example.org/">fine</a> '
        '<a href="/no/such/">no</a></p>'
    )
    hard = " ".join(["Notwithstanding incomprehensible administrative considerations"] * 40)
    it = sketch(title="T" * 70, excerpt="", body=f"{body}<p>{hard}</p>")
    findings = checks.findings(it)
    blocking = [str(f.text) for f in findings if f.blocks]
    assert blocking == [
        "There is no excerpt: lists and search results would be empty.",
        "A picture has no alternative text.",
        "The link to /articles/gone/ leads nowhere.",
        "The link to /no/such/ leads nowhere.",
    ]
    advice = " ".join(str(f.text) for f in findings if not f.blocks)
    for words in ("70 characters", "“Two far” skips a level", "hard to read"):
        assert words in advice
    page = desks[0].get(change(it)).content.decode()
    for finding in findings:
        assert f'href="#id_{finding.place}"' in page
    post(desks[0], it, _submit="1")
    assert "leads nowhere" in errors(post(desks[1], it, _publish="1"))
    assert it.status == "review"


def test_the_reading_grade_is_a_school_year():
    easy = "The dog ran to the big red barn. It sat in the sun. " * 12
    assert grade("Too short.") is None
    assert grade(easy) < 3
    assert grade("Psychological considerations necessitate elaboration, " * 30) > 15


def test_every_save_is_a_version_and_one_without_a_change_is_not(desks):
    it = article()
    post(desks[0], it, body="<p>Second.</p>")
    assert [r.step for r in it.revisions.order_by("number")] == ["found", "saved"]
    post(desks[0], it)
    assert it.revisions.count() == 2
    post(desks[0], it, comment="Looked at again")
    assert it.revisions.count() == 3


def test_any_two_versions_are_compared_and_one_restored(desks):
    esha, _ = desks
    it = article(body="<h2>A</h2><p>One quiet morning by the sea.</p>", title="Old title")
    post(esha, it, body="<h2>A</h2><p>One loud morning by the sea.</p><p>More.</p>")
    post(esha, it, title="New title", slug="elsewhere")
    at = f"/admin/articles/article/{it.pk}/versions/"
    page = markup(esha.get(at, {"from": 1, "to": 2})).split('id="compared"')[1]
    assert "One <del>quiet</del><ins>loud</ins> morning by the sea." in page
    assert "<ins>More.</ins>" in page
    assert "Old title" not in page
    assert esha.get(at, {"from": 1, "to": 9}).status_code == 404
    assert esha.get(f"{at}1/restore/").status_code == 302
    assert esha.post(f"{at}1/restore/").status_code == 302
    it.refresh_from_db()
    assert (it.title, it.slug, it.status) == ("Old title", "elsewhere", "published")
    assert "quiet" in it.body
    assert it.revisions.latest("number").step == "restored"


def test_a_comparison_says_where_links_lead_and_that_only_form_changed():
    old = {"body": '<p>See <a href="/a/" rel="noopener">this</a>.</p>'}
    new = {"body": '<p>See <a href="/b/" rel="noopener">this</a>.</p>'}
    (difference,) = comparison.changes(old, new)
    parts = [(part.kind, part.text) for line in difference.lines for part in line.parts]
    assert ("gone", "(/a/).") in parts
    assert ("new", "(/b/).") in parts
    (difference,) = comparison.changes({"body": "<p>a</p>"}, {"body": "<p><strong>a</strong></p>"})
    assert "Only the formatting" in difference.lines[0].parts[0].text


def test_a_comparison_shows_words_and_pictures_instead_of_signs():
    picture = '<figure><img src="/media/pictures/{}.png" alt="{}"></figure>'
    old = {"body": f"<h2>Rest</h2><ul><li>one</li></ul>{picture.format('a', 'Hills')}<p>End.</p>"}
    new = {"body": f"<h3>Rest</h3><ul><li>two</li></ul>{picture.format('b', 'Hills')}<p>End.</p>"}
    (difference,) = comparison.changes(old, new)
    shown = [(line.kind, line.form, line.parts[0].text, line.picture) for line in difference.lines]
    assert shown == [
        ("gone", "h2", "Rest", ""), ("new", "h3", "Rest", ""), ("changed", "li", "one", ""),
        ("gone", "picture", "Hills", "/media/pictures/a.png"),
        ("new", "picture", "Hills", "/media/pictures/b.png"), ("same", "", "End.", ""),
    ]  # fmt: skip
    page = render_to_string("articles/admin/_differences.html", {"changes": [difference]})
    assert page.count("<img") == 2
    assert "#" not in page


def test_old_addresses_lead_on_and_are_taken_back(desks, client):
    it = article("first")
    post(desks[0], it, slug="second")
    post(desks[0], it, slug="third")
    for old in ("first", "second"):
        response = client.get(f"/articles/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/articles/third/")
    post(desks[0], it, slug="first")
    assert client.get("/articles/first/").status_code == 200
    assert set(OldAddress.objects.values_list("path", flat=True)) == {
        "/articles/second/", "/articles/third/"}  # fmt: skip
    OldAddress.objects.create(article=it, path="/2019/03/old-post/")
    response = client.get("/2019/03/old-post/")
    assert (response.status_code, response["Location"]) == (301, "/articles/first/")
    Article.objects.update(status="draft")
    assert client.get("/articles/second/").status_code == 404


def test_a_preview_is_the_real_page_for_staff_alone_and_expires(
    desks, cast, browser_of, client, monkeypatch
):
    it = sketch(body="<p>Not yet for readers.</p>")
    link = desks[0].get(f"/admin/articles/article/{it.pk}/preview/")["Location"]
    assert "Not yet for readers." in desks[0].get(link).content.decode()
    page = browser_of(cast.meera).get(link)
    assert "Preview." in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.get(link).status_code == 302
    assert browser_of(cast.asha.user).get(link).status_code == 403
    assert desks[0].get(link[:-6] + "AAAAA/").status_code == 404
    later = previews.HOURS * 3600 + 5
    now = timezone.now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + later)
    # The earlier session is over by then, too.
    assert browser_of(cast.esha).get(link).status_code == 410


def test_the_preview_button_shows_what_is_typed_and_stores_nothing(desks, cast):
    it = sketch()
    fields = form(title="Typed", slug="sketch", body="<p>Typed <script>alert(1)</script></p>")
    response = desks[0].post(change(it), fields | {"_preview": "1"})
    page = desks[0].get(response["Location"]).content.decode()
    assert "<p>Typed </p>" in page
    it.refresh_from_db()
    assert it.title != "Typed"
    new = desks[0].post("/admin/articles/article/add/", fields | {"_preview": "1", "topic": ""})
    assert "Typed" in desks[0].get(new["Location"]).content.decode()


def test_unsaved_work_is_kept_continued_and_discarded(desks, cast):
    esha, neeshu = desks
    it = sketch()
    typed = form(title="Half a thought", slug=it.slug, seen=it.changed_at.isoformat())
    reply = esha.post(f"/admin/articles/article/{it.pk}/autosave/", typed).json()
    assert "saved" in reply["saved"]
    page = esha.get(change(it)).content.decode()
    assert "You have unsaved work from" in page
    assert "Half a thought" not in page
    with_it = f"{change(it)}?unsaved={Unsaved.objects.get().pk}"
    assert "Half a thought" in esha.get(with_it).content.decode()
    page = neeshu.get(change(it)).content.decode()
    assert "Esha Das has unsaved work" in page
    assert "Half a thought" not in page
    unsaved = Unsaved.objects.get()
    assert neeshu.post(f"/admin/articles/article/unsaved/{unsaved.pk}/discard/").status_code == 404
    assert esha.post(f"/admin/articles/article/unsaved/{unsaved.pk}/discard/").status_code == 302
    assert not Unsaved.objects.exists()


def test_two_new_articles_side_by_side_keep_their_own_words(desks):
    """Each form has a key; saving one leaves the other's words, with every field."""
    esha, add = desks[0], "/admin/articles/article/add/"
    keys = [re.search(r'name="draft" value="(\w{16})"', esha.get(add).content.decode())[1]
            for _tab in range(2)]  # fmt: skip
    first, second = (
        form(title=title, draft=key, publish_at_0="2030-01-02", publish_at_1="09:30",
             updated_on="2029-05-06", about_danger="on")
        for title, key in zip(("First thought", "Second thought"), keys, strict=True)
    )  # fmt: skip
    for typed in (first, second, first):
        esha.post(f"{add}autosave/", typed)
    assert Unsaved.objects.count() == 2
    page = esha.get(add).content.decode()
    assert "First thought" in page
    assert "Second thought" in page
    one = Unsaved.objects.get(key=keys[1])
    page = HTMLParser(esha.get(f"{add}?unsaved={one.pk}").content.decode())
    assert page.css_first("#id_title").text().strip() == "Second thought"
    typed_dates = [page.css_first(f"#id_{name}").attributes["value"]
                   for name in ("publish_at_0", "publish_at_1", "updated_on")]  # fmt: skip
    assert typed_dates == ["2030-01-02", "09:30", "2029-05-06"]
    assert "checked" in page.css_first("#id_about_danger").attributes
    assert page.css_first("[name=draft]").attributes["value"] == keys[1]
    esha.post(add, form(title="Done", slug="done", draft=keys[1]))
    assert [work.content["title"] for work in Unsaved.objects.all()] == ["First thought"]


def test_two_tabs_on_one_article_keep_their_own_words(desks):
    """Each learns of the other, and saving one leaves what was typed into the other."""
    esha, it = desks[0], sketch()
    at = f"/admin/articles/article/{it.pk}/autosave/"
    keys = [re.search(r'name="draft" value="(\w{16})"', esha.get(change(it)).content.decode())[1]
            for _tab in range(2)]  # fmt: skip
    replies = [
        esha.post(at, form(title=title, draft=key, seen=it.version, language="hi")).json()
        for title, key in zip(("First thought", "Second thought"), keys, strict=True)
    ]
    assert [reply["others"].count("in another tab") for reply in replies] == [0, 1]
    second = Unsaved.objects.get(key=keys[1])
    page = HTMLParser(esha.get(f"{change(it)}?unsaved={second.pk}").content.decode())
    assert page.css_first("#id_title").text().strip() == "Second thought"
    assert page.css_first("#id_language [selected]").attributes["value"] == "hi"
    assert page.css_first("[name=draft]").attributes["value"] == keys[1]
    esha.post(change(it), form(slug=it.slug, title="Done", draft=keys[0], seen=it.version))
    assert [work.content["title"] for work in Unsaved.objects.all()] == ["Second thought"]


def test_two_editors_save_the_same_article(desks):
    """No text is lost, and both editors learn of it."""
    esha, neeshu = desks
    it = sketch(body="<p>Base.</p>")
    opened = it.changed_at.isoformat()
    neeshu.post(f"/admin/articles/article/{it.pk}/autosave/", form(body="<p>Neeshu.</p>"))
    page = esha.post(change(it), form(slug=it.slug, body="<p>Esha.</p>", seen=opened), follow=True)
    assert "Dr. Neeshu Rathore has unsaved work on this article, too" in page.content.decode()
    mine = form(slug=it.slug, body="<p>Neeshu.</p>", seen=opened)
    response = neeshu.post(change(it), mine)
    page = markup(response)
    assert "Somebody else saved this meanwhile" in errors(response, 409)
    assert "<del>Esha.</del><ins>Neeshu.</ins>" in page
    it.refresh_from_db()
    assert it.body == "<p>Esha.</p>"
    assert Unsaved.objects.get().content["body"] == "<p>Neeshu.</p>"
    assert "tried to save this article after somebody else" in esha.get(change(it)).content.decode()
    now_seen = response.context["adminform"].form["seen"].value()
    assert neeshu.post(change(it), mine | {"seen": now_seen}).status_code == 302
    it.refresh_from_db()
    assert it.body == "<p>Neeshu.</p>"
    bodies = [r.content["body"] for r in it.revisions.order_by("number")]
    assert bodies == ["<p>Base.</p>", "<p>Esha.</p>", "<p>Neeshu.</p>"]
    assert not Unsaved.objects.exists()


def test_a_form_without_its_version_overwrites_nothing(desks):
    esha, _neeshu = desks
    it = sketch(body="<p>Base.</p>")
    response = esha.post(change(it), form(slug=it.slug, body="<p>Blind.</p>"))
    assert "Somebody else saved this meanwhile" in errors(response, 409)
    it.refresh_from_db()
    assert it.body == "<p>Base.</p>"


def test_topics_merge_and_no_link_is_lost(desks, client):
    stays, goes = topic("stays"), topic("goes")
    one, two = article("one", topic=goes), article("two", topic=stays)
    three = article("three")
    two.more_topics.add(goes)
    three.more_topics.add(goes, stays)
    chosen = {"action": "merge", "_selected_action": [stays.pk, goes.pk]}
    at = "/admin/articles/topic/"
    assert "Which topic do you want to keep?" in desks[0].post(at, chosen).content.decode()
    assert desks[0].post(at, chosen | {"into": stays.pk}).status_code == 302
    one.refresh_from_db()
    assert one.topic == stays
    assert list(two.more_topics.all()) == []
    assert list(three.more_topics.all()) == [stays]
    moved = client.get("/articles/topics/goes/")
    assert (moved.status_code, moved["Location"]) == (301, "/articles/topics/stays/")
    renamed = {"title": "Stays", "slug": "renamed", "description": "", "illustration": "calm",
               "review_months": 12}  # fmt: skip
    desks[0].post(f"{at}{stays.pk}/change/", renamed)
    for old in ("goes", "stays"):
        assert client.get(f"/articles/topics/{old}/")["Location"] == "/articles/topics/renamed/"


def test_the_form_costs_the_same_with_many_versions(desks):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desks[0].get(change(it)).status_code == 200
            assert desks[0].get(f"/admin/articles/article/{it.pk}/versions/").status_code == 200
        return len(queries)

    it = article()
    for n in range(2):
        post(desks[0], it, body=f"<p>{n}</p>")
    few = cost()
    for n in range(2, 20):
        post(desks[0], it, body=f"<p>{n}</p>")
    assert cost() == few
