"""A reviewer without an account: the link, the comments, the desk, and what nobody may do."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.database import row_security
from articles.models import Article, OutsideComment, OutsideReview
from articles.models.outside_review import MOST_COMMENTS
from articles.outside_review import actions
from articles.publishing import desk
from psywellpath import retention
from psywellpath.logs import hide_keys
from tests.support.articles.factories import article
from tests.support.articles.outside import asked
from tests.support.clocks import clock_at
from tests.support.counting import query_count
from tests.support.sql import ask, refused
from tests.support.xss import PAYLOADS, live_markup, marks

BODY = "<h2>Sleep</h2><p>Most people need eight hours.</p><p>Nobody knows why.</p><hr><p>End.</p>"


@pytest.fixture
def draft(cast) -> Article:
    return article("sleep", status="draft", publish_at=None, body=BODY)


def opened(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def ids(page: str) -> dict[str, str]:
    """The id of each passage by its first words."""
    summary = r'visually-hidden">:\s*([^<]*?)\s*</span>'
    field = r'(?:(?!visually-hidden).)*?name="passage" value="(p-[\w-]+)"'
    return dict(re.findall(summary + field, page, re.DOTALL))


def test_from_the_question_to_the_last_comment(cast, draft, browser_of):
    editor, visitor = browser_of(cast.esha), browser_of()
    desk_page = f"/admin/articles/article/{draft.pk}/outside/"
    for days in ("0", "31"):
        page = editor.post(desk_page, {"reviewer": "Leela", "days": days}).content.decode()
        assert "/review/" not in page
    form = {"reviewer": "Dr. Leela Nair", "days": "7", "words": "The second paragraph?"}
    answer = editor.post(desk_page, form)
    (link,) = set(re.findall(rf"{settings.SITE_URL}(/review/[\w-]+/)", answer.content.decode()))
    key = link.split("/")[2]
    review = OutsideReview.objects.get()
    assert (len(key), review.ends_at - review.asked_at) == (43, timedelta(days=7))
    assert key not in opened(editor, desk_page), "it is shown once"
    columns = ask("SELECT * FROM articles_outsidereview")
    assert key not in str(columns)
    assert hide_keys(f"GET {link} 200") == "GET /review/(hidden)/ 200"

    answer = visitor.get(link)
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "strict-origin")
    assert '<meta name="robots" content="noindex">' in page
    for part in ("Esha Das asks you", "The second paragraph?", '<h2 id="sleep">Sleep</h2>'):
        assert part in page
    assert browser_of().get(draft.get_absolute_url()).status_code == 404
    passages = ids(page)
    assert list(passages) == ["Sleep", "What sleep says.", "Most people need eight hours.",
                              "Nobody knows why.", "End.", "The article as a whole"]  # fmt: skip

    def say(about: str, text: str, **more) -> str:
        fields = {"passage": passages[about], "text": text, "key": str(uuid4())} | more
        return visitor.post(link, fields).headers.get("Location", "")

    key_of_form = str(uuid4())
    where = say("Most people need eight hours.", "Seven to nine.", key=key_of_form)
    say("Most people need eight hours.", "Seven to nine.", key=key_of_form)
    assert OutsideComment.objects.count() == 1, "sent twice, it is one"
    for empty in (" ", "\x00"):
        assert not say("End.", empty)
    say("Nobody knows why.", "Some do.")
    say("The article as a whole", "Lovely.")
    first, second, _whole = OutsideComment.objects.order_by("at")
    assert where == f"{link}#c-{first.pk}"
    visitor.post(f"{link}{first.pk}/", {"text": "Seven to nine, for adults."})
    visitor.post(f"{link}{second.pk}/", {"text": "x", "take-back": "1"})
    assert desk.of(cast.esha).from_outside == [], "it is not delivered yet"
    assert "Seven to nine" not in opened(editor, desk_page)

    # The text goes on meanwhile; a comment on what was there a moment ago is not lost.
    draft.body = BODY.replace("eight hours.", "eight hours a night.").replace("Nobody", "No one")
    draft.save()
    answer = visitor.post(link, {"passage": passages["Nobody knows why."], "text": "Kept words"})
    assert answer.status_code == 422
    assert re.search(r"<textarea[^>]*>\s*Kept words</textarea>", answer.content.decode())
    assert "Seven to nine, for adults." in opened(visitor, f"{link}finish/")
    mail.outbox.clear()
    assert visitor.post(f"{link}finish/").url == link
    assert "Thank you" in opened(visitor, link)
    visitor.post(f"{link}finish/")
    answer = visitor.post(link, {"passage": passages["End."], "text": "One more thing"})
    assert answer.status_code == 409
    assert "One more thing" in answer.content.decode(), "to be copied"
    assert visitor.post(f"{link}{first.pk}/", {"take-back": "1"}).status_code == 409
    (letter,) = mail.outbox
    assert letter.to == [cast.esha.email]
    for word in ("Sleep", "sleep", "Seven", "Leela", key):
        assert word not in f"{letter.subject} {letter.body}"
    assert desk_page in letter.body

    (waiting,) = desk.of(cast.neeshu).from_outside
    assert (waiting.waiting, desk.of(cast.esha).is_clear) == (2, False)
    assert "2 comments from Dr. Leela Nair" in opened(editor, "/admin/")
    page = opened(editor, desk_page)
    assert "Seven to nine, for adults." in page
    assert page.count("The passage has changed since") == 1
    assert "Some do." not in page
    done = f"{desk_page}comments/{first.pk}/done/"
    other = article("other")
    elsewhere = done.replace(f"/{draft.pk}/", f"/{other.pk}/")
    assert editor.post(elsewhere, {"done": "yes"}).status_code == 404
    editor.post(done, {"done": "yes"})
    first.refresh_from_db()
    assert first.done_by == cast.esha
    assert "1 comment from" in opened(editor, "/admin/")
    editor.post(done, {"done": "no"})
    first.refresh_from_db()
    assert (first.done_at, first.done_by) == (None, None)
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert "eight hours a night" in draft.body
    # It all goes with the draft.
    assert editor.post(f"/admin/articles/article/{draft.pk}/delete/", {"post": "yes"}).url
    assert (OutsideReview.objects.count(), OutsideComment.objects.count()) == (0, 0)


def test_a_link_ends_and_says_whom_to_ask(cast, draft, browser_of):
    visitor, editor = browser_of(), browser_of(cast.esha)
    off, late = asked("sleep", cast.esha), asked("sleep", cast.esha, days=1)
    editor.post(f"/admin/articles/article/{draft.pk}/outside/{off.review.pk}/call-off/")
    page = visitor.get(off.address)
    assert page.status_code == 410
    assert "was called off" in page.content.decode()
    assert "please ask Esha Das" in page.content.decode()
    with clock_at(timezone.now() + timedelta(days=1, minutes=1)):
        for address in (late.address, f"{late.address}finish/"):
            assert visitor.get(address).status_code == 410
            assert "eight hours" not in visitor.get(address).content.decode()
        assert visitor.post(f"{late.address}finish/").status_code == 410
        # What was saved comes to the desk all the same.
        assert {one.pk for one in desk.of(cast.esha).from_outside} == {
            off.review.pk,
            late.review.pk,
        }
    assert visitor.get("/review/guess/").status_code == 404
    for one in (off, late):
        with pytest.raises(actions.Over), clock_at(timezone.now() + timedelta(days=2)):
            actions.finish(review=one.review)
    overdue = retention.overdue("articles.OutsideReview", timezone.now() + timedelta(days=373))
    assert overdue.count() == 2


def test_a_review_holds_so_many_comments_and_costs_the_same(cast, draft, browser_of):
    one = asked("sleep", cast.esha)
    editor, visitor = browser_of(cast.esha), browser_of()
    desk_page = f"/admin/articles/article/{draft.pk}/outside/"

    def cost(browser, address: str) -> int:
        with CaptureQueriesContext(connection) as made:
            browser.get(address)
        return query_count(made)

    def costs() -> list[int]:
        return [cost(visitor, one.address), cost(visitor, f"{one.address}finish/")]

    few = costs()
    made = [OutsideComment(review=one.review, about="body", quote="x", text=f"No {n}")
            for n in range(MOST_COMMENTS - 1)]  # fmt: skip
    OutsideComment.objects.bulk_create(made)
    assert costs() == few
    page = visitor.get(one.address).content.decode()
    answer = visitor.post(one.address, {"passage": ids(page)["End."], "text": "Too much"})
    assert answer.status_code == 422
    assert "at most 100 comments" in answer.content.decode()
    actions.finish(review=one.review)
    many = cost(editor, desk_page)
    OutsideComment.objects.filter(pk__in=[row.pk for row in made]).delete()
    assert cost(editor, desk_page) == many


def test_the_database_shows_a_key_its_own_review_and_changes_nobody_s_words(cast, draft):
    one, other = asked("sleep", cast.esha), asked("sleep", cast.neeshu)
    shown = ("SELECT id FROM articles_outsidereview", "SELECT id FROM articles_outsidecomment")
    mine, theirs = one.comment.pk, other.comment.pk
    text = "UPDATE articles_outsidecomment SET text = 'x' WHERE id = %s"
    done = "UPDATE articles_outsidecomment SET done_at = now() WHERE id = %s"
    end = "UPDATE articles_outsidereview SET {} = now() WHERE id = %s"
    add = ("INSERT INTO articles_outsidecomment (id, review_id, about, quote, text, at, key) VALUES"
           " (gen_random_uuid(), %s, 'body', '', 'x', now(), gen_random_uuid())")  # fmt: skip
    with row_security.web_role():
        assert [ask(sql) for sql in shown] == [[], []]
        assert ask(text, (mine,)) == [(0,)]
        assert refused(add, (one.review.pk,))
        row_security.set_link_key(one.review.key_hash)
        assert [ask(sql) for sql in shown] == [[(one.review.pk,)], [(mine,)]]
        assert ask(text, (theirs,)) == [(0,)]
        assert ask(text, (mine,)) == [(1,)]
        assert refused(done, (mine,))
        assert refused(add, (other.review.pk,))
        assert refused(end.format("called_off_at"), (one.review.pk,))
        assert refused("UPDATE articles_outsidereview SET ends_at = now() + interval '9 days'")
        assert not refused(end.format("finished_at"), (one.review.pk,))
        assert refused(end.format("finished_at"), (one.review.pk,)), "it ends once"
        assert ask(text, (mine,)) == [(0,)], "finished"
        assert refused(add, (one.review.pk,))
    for who, count in ((cast.esha, 2), (cast.meera, 0), (cast.manoj, 0), (cast.asha.user, 0)):
        with row_security.web_role():
            row_security.set_actor(who)
            assert [len(ask(sql)) for sql in shown] == [count, count]
    with row_security.web_role():
        row_security.set_actor(cast.esha)
        assert refused(text, (theirs,)), "an editor does not rewrite a reviewer"
        assert not refused(done, (theirs,))
        assert ask("DELETE FROM articles_outsidecomment WHERE id = %s", (theirs,)) == [(1,)]
    with row_security.web_role():
        row_security.set_link_key(other.review.key_hash)
        assert ask("DELETE FROM articles_outsidereview") == [(0,)]


@pytest.mark.trust
def test_nothing_that_a_reviewer_writes_is_markup(cast, draft, browser_of, promise):
    """The whole corpus: comments, the reviewer's name, the editor's words, and the passages."""
    hostile = [text.replace("\x00", "") for _kind, text in PAYLOADS]
    draft.title, draft.excerpt, draft.sources = hostile[0][:150], hostile[1][:300], hostile[2]
    draft.save()
    editor, visitor = browser_of(cast.esha), browser_of()
    shown, pages = set(), 0
    size = 40
    for start in range(0, len(hostile), size):
        some = hostile[start : start + size]
        one = asked("sleep", cast.esha, reviewer=some[0][:120], words=some[-1][:500])
        rows = [OutsideComment(review=one.review, about="body", quote=text[:2000], text=text[:4000])
                for text in some if text.strip()]  # fmt: skip
        OutsideComment.objects.bulk_create(rows)
        sent = {"passage": some[1], "text": some[2], "key": some[3]}
        before = [visitor.get(one.address), visitor.get(f"{one.address}finish/"),
                  visitor.post(one.address, sent)]  # fmt: skip
        actions.finish(review=one.review)
        late = visitor.post(one.address, {"text": some[4]})
        after = [late, editor.get(f"/admin/articles/article/{draft.pk}/outside/"),
                 editor.get("/admin/")]  # fmt: skip
        for answer in (*before, *after):
            page = answer.content.decode()
            assert live_markup(page) == []
            shown |= marks(page)
            pages += 1
        OutsideReview.objects.all().delete()
    assert len(shown) > 0.9 * len(marks(" ".join(hostile)))
    promise("readers", f"reviews from outside: {len(shown)} payloads on {pages} pages, 0 live")
