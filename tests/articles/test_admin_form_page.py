"""The page around an article's form: one bar of actions, folded facts, and the title's field."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from articles.models import Article
from tests.support.articles.desk import form
from tests.support.articles.factories import article


@pytest.fixture
def desk(cast, browser_of):
    return browser_of(cast.esha)


def page_of(browser, it: Article | None = None, status: int = 200, post=None) -> HTMLParser:
    where = f"/admin/articles/article/{it.pk}/change/" if it else "/admin/articles/article/add/"
    response = browser.post(where, post) if post else browser.get(where)
    assert response.status_code == status
    return HTMLParser(response.content.decode())


def folds(page: HTMLParser) -> dict[str, bool]:
    return {f.css_first("h2").text(): "open" in f.attributes for f in page.css("details.fact")}


def test_the_bar_has_state_save_preview_and_the_next_step(desk):
    bar = page_of(desk, article(status="draft", publish_at=None)).css_first(".action-bar")
    assert bar.css_first(".tag").text() == "Draft"
    names = [button.attributes["name"] for button in bar.css("button")]
    assert names == ["_save", "_continue", "_preview", "_submit"], "the Enter key presses the first"
    assert bar.css_first("[data-autosave]")


def test_the_other_steps_stay_possible_beside_the_facts(desk):
    page = page_of(desk, article(status="published"))
    assert [b.attributes["name"] for b in page.css(".action-bar button")] == [
        "_save",
        "_continue",
        "_preview",
    ]
    others = page.css_first(".other-steps")
    names = [button.attributes.get("name") for button in others.css("button")]
    assert names == [None, "_addanother"], "the first one says that it was reviewed"
    assert [link.text() for link in others.css("a")] == ["Withdraw…"], "only drafts are deleted"


def test_a_published_article_says_that_saving_is_public(desk):
    bar = page_of(desk, article(status="published")).css_first(".action-bar")
    assert "What you save, they see at once." in bar.text()


def test_facts_are_folded_until_one_has_to_be_corrected(desk):
    it = article()
    closed = folds(page_of(desk, it))
    assert closed["Place"]
    assert not closed["Dates and review"]
    assert not closed["Sources"]
    wrong = page_of(desk, it, post=form(slug=it.slug, reviewed_on="yesterday", seen=it.version))
    assert folds(wrong)["Dates and review"]


def test_a_title_is_one_line_although_its_field_wraps(desk):
    it = article(status="draft", publish_at=None)
    page = page_of(desk, it)
    assert page.css_first("#id_title").tag == "textarea"
    typed = form(slug=it.slug, title="One\r\n  line", seen=it.version)
    page_of(desk, it, 302, post=typed)
    it.refresh_from_db()
    assert it.title == "One line"


def test_choosing_none_is_not_beside_a_cross_that_deletes(desk):
    page = page_of(desk, article())
    assert page.css(".related-widget-wrapper .add-related")
    assert not page.css(".related-widget-wrapper .delete-related")


def test_a_new_form_begins_at_the_title(desk):
    assert "autofocus" in page_of(desk).css_first("#id_title").attributes
    assert "autofocus" not in page_of(desk, article()).css_first("#id_title").attributes


def test_the_form_says_what_stands_in_for_a_cover_picture(desk):
    facts = page_of(desk, article()).css_first(".article-facts")
    assert "Without one, readers see the picture of the topic." in facts.text()
