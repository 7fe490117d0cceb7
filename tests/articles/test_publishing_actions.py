"""The publishing actions refuse what the rules forbid, whatever a form or a button has shown."""

from datetime import timedelta

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from accounts.optimistic_lock import Stale
from articles.models import Article, Unsaved
from articles.publishing import actions as publishing
from articles.publishing.workflow import PUBLISH, RETURN, SCHEDULE, SUBMIT, WITHDRAW, Move
from tests.support.articles.factories import article, topic

NO_ALT = '<p>Words.</p><img src="/media/pictures/x.png">'
BLOCKED = [
    ({"excerpt": " "}, "excerpt", "There is no excerpt: lists and search results would be empty."),
    ({"body": ""}, "body", "There is no text yet."),
    ({"body": NO_ALT}, "body", "A picture has no alternative text."),
    ({"body": '<p><a href="/no/such/">x</a></p>'}, "body", "The link to /no/such/ leads nowhere."),
]


@pytest.fixture
def only_editor(cast):
    """Esha alone, so that no second editor has to read an article."""
    cast.neeshu.groups.remove(*cast.neeshu.groups.filter(name="editor"))
    return cast.esha


def draft(**fields) -> Article:
    return article("sketch", **{"status": "draft", "publish_at": None} | fields)


def take(it: Article, move: Move | None, by, comment: str = "") -> None:
    """The step as the bulk actions take it."""
    assert move
    publishing.move(article=it, move=move, by=by, comment=comment)


def save(it: Article, move: Move | None, by, comment: str = "") -> None:
    """The step as the article's form takes it, with the version that is stored now."""
    seen = Article.objects.get(pk=it.pk).version
    publishing.save_written(article=it, move=move, by=by, comment=comment, seen=seen)


both_ways = pytest.mark.parametrize("act", [take, save])


def refusal(act, it: Article, move: Move | None, by) -> dict[str, list[str]]:
    """The reasons by field; nothing has been stored."""
    before = Article.objects.values().get(pk=it.pk)
    with pytest.raises(ValidationError) as refused:
        act(it, move, by)
    assert Article.objects.values().get(pk=it.pk) == before
    assert not it.revisions.exists()
    error = refused.value
    return (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    )


@both_ways
@pytest.mark.parametrize("move", [PUBLISH, SCHEDULE], ids=lambda move: move.name)
@pytest.mark.parametrize(("fields", "field", "text"), BLOCKED, ids=[text for *_, text in BLOCKED])
def test_an_article_with_a_blocker_is_not_released(act, move, fields, field, text, only_editor):
    it = draft(publish_at=timezone.now() + timedelta(days=1), **fields)
    assert refusal(act, it, move, only_editor) == {field: [text]}
    assert it.status == "draft"


@both_ways
def test_all_blockers_are_named_at_once(act, only_editor):
    it = draft(excerpt="", body=NO_ALT + '<p><a href="/no/such/">x</a></p>')
    assert refusal(act, it, PUBLISH, only_editor) == {
        "excerpt": ["There is no excerpt: lists and search results would be empty."],
        "body": ["A picture has no alternative text.", "The link to /no/such/ leads nowhere."],
    }


@both_ways
def test_blockers_stop_only_a_release(act, only_editor):
    it = draft(excerpt="", body="")
    act(it, SUBMIT, only_editor)
    act(it, RETURN, only_editor, "There is no text yet.")
    assert [r.step for r in it.revisions.order_by("number")][1:] == ["submitted", "returned"]


@both_ways
@pytest.mark.parametrize("move", [PUBLISH, SCHEDULE], ids=lambda move: move.name)
def test_a_second_editor_reads_first(act, move, cast):
    it = draft(publish_at=timezone.now() + timedelta(days=1))
    text = "A second editor has to read it first: send it to review."
    assert refusal(act, it, move, cast.esha) == {NON_FIELD_ERRORS: [text]}


@both_ways
def test_an_impossible_step_is_refused(act, only_editor):
    text = "This is not possible in its present state."
    for move in (RETURN, WITHDRAW):
        it = article(f"no-{move.step}", status="draft")
        assert refusal(act, it, move, only_editor) == {NON_FIELD_ERRORS: [text]}


@both_ways
def test_sending_back_needs_a_comment(act, only_editor):
    it = draft(status="review")
    text = "Please say in the comment what still needs to be done."
    assert refusal(act, it, RETURN, only_editor) == {"comment": [text]}


@both_ways
@pytest.mark.parametrize("days", [None, -1])
def test_scheduling_needs_a_future_date(act, days, only_editor):
    it = draft(publish_at=days and timezone.now() + timedelta(days=days))
    text = "To schedule it, choose a future date and time."
    assert refusal(act, it, SCHEDULE, only_editor) == {"publish_at": [text]}


def test_a_plain_save_does_not_hide_a_published_article(only_editor):
    it = article()
    it.publish_at = timezone.now() + timedelta(days=3)
    text = "To show it later, press “Schedule”."
    assert refusal(save, it, None, only_editor) == {"publish_at": [text]}


def test_a_plain_save_with_a_past_date_publishes_a_scheduled_article(only_editor):
    it = article(status="scheduled", publish_at=timezone.now() + timedelta(days=3))
    it.publish_at = timezone.now() - timedelta(days=1)
    save(it, None, only_editor)
    it.refresh_from_db()
    assert it.status == "published"


@both_ways
def test_the_state_is_the_stored_one(act, only_editor):
    """Another editor has withdrawn the article since this one was loaded."""
    it = article(withdrawn_because="It is old.")
    publishing.move(article=Article.objects.get(), move=WITHDRAW, by=only_editor)
    with pytest.raises(ValidationError, match="present state"):
        act(it, WITHDRAW, only_editor)
    assert it.revisions.latest("number").step == "withdrawn"


def test_saving_stores_text_topics_and_version_and_drops_only_this_work(cast):
    it, other = draft(), topic("distance")
    for by in (cast.esha, cast.neeshu):
        publishing.keep_unsaved(article=it, by=by, fields={"title": "Typed"})
    publishing.keep_unsaved(article=None, by=cast.esha, fields={"title": "Another"})
    it.title = "Written"
    publishing.save_written(
        article=it, by=cast.esha, move=SUBMIT, comment="Please read", more_topics=[other],
        seen=it.version,
    )  # fmt: skip
    it.refresh_from_db()
    version = it.revisions.latest("number")
    assert (it.title, it.status, list(it.more_topics.all())) == ("Written", "review", [other])
    assert (version.step, version.by, version.comment) == ("submitted", cast.esha, "Please read")
    assert version.content["more_topics"] == [other.pk]
    assert set(Unsaved.objects.values_list("article", "by")) == {
        (it.pk, cast.neeshu.pk), (None, cast.esha.pk)}  # fmt: skip


def test_a_version_that_was_not_shown_is_not_overwritten(cast):
    it = draft()
    opened = it.version
    publishing.save_written(article=it, by=cast.esha, seen=opened)
    mine = Article.objects.get(pk=it.pk)
    mine.title = "Mine"
    publishing.keep_unsaved(article=it, by=cast.neeshu, fields={"title": "Mine"})
    for seen in (opened, ""):
        with pytest.raises(Stale) as refused:
            publishing.save_written(article=mine, by=cast.neeshu, seen=seen)
        assert refused.value.current.version != opened
    assert Article.objects.get(pk=it.pk).title == it.title
    assert Unsaved.objects.filter(article=it, by=cast.neeshu).exists()


def test_a_step_from_the_list_leaves_unsaved_work(only_editor):
    it = article(withdrawn_because="It is old.")
    publishing.keep_unsaved(article=it, by=only_editor, fields={"title": "Typed"})
    publishing.move(article=it, move=WITHDRAW, by=only_editor)
    assert Unsaved.objects.filter(article=it).exists()
