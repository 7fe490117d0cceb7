"""The admin's pages: the site's head, foot and stylesheets, its filters, and its empty lists."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.support.articles.factories import article, author

PAGES = ["/admin/", "/admin/articles/article/", "/admin/articles/article/add/",
         "/admin/articles/", "/admin/articles/article/calendar/"]  # fmt: skip
LIST = "/admin/articles/article/"


@pytest.fixture
def desk(cast, browser_of):
    return browser_of(cast.esha)


def shown(browser, where: str) -> HTMLParser:
    return HTMLParser(browser.get(where).content.decode())


@pytest.mark.parametrize("where", PAGES)
def test_every_page_has_the_sites_head_and_foot(desk, where):
    page = shown(desk, where)
    head = page.css_first("header.head")
    assert head.css_first(".wordmark").attributes["href"] == "/"
    assert head.css_first(".help-panel a[href='/help/']")
    assert head.css_first("nav [aria-current=page]").text() == "Admin"
    assert head.css_first("form[action$='/logout/'] button").text() == "Sign out"
    assert page.css_first("footer .foot-end")
    assert "desk" in page.css_first("body").attributes["class"].split()


@pytest.mark.parametrize("where", PAGES)
def test_the_sites_stylesheets_stand_where_djangos_ground_was(desk, where):
    page = shown(desk, where)
    sheets = [link.attributes["href"] for link in page.css("link[rel=stylesheet]")]
    names = [re.split(r"[./]", href.rsplit("/", 1)[1])[0] for href in sheets]
    if page.css_first("#changelist"):
        assert names == ["admin-list"], "both in one, since a list has no widgets"
    else:
        assert (names[0], names[-1]) == ("desk", "admin")
    assert "/bootstrap/" in sheets[0], (
        "with Bootstrap in front of our own rules and those of staff pages"
    )
    assert "/bootstrap/" in sheets[-1], "with Django's sheets in front of our own of the admin"
    assert not {
        "forms",
        "changelists",
        "dashboard",
        "base",
        "dark_mode",
        "responsive",
        "nav_sidebar",
    } & set(names)
    assert not page.css("script[src*=theme], script[src*=nav_sidebar], .theme-toggle")


def test_a_list_loads_no_scripts_of_its_forms(desk):
    article()
    scripts = [s.attributes["src"] for s in shown(desk, LIST).css("script")]
    names = {src.rsplit("/", 1)[1].split(".")[0] or "jsi18n" for src in scripts}
    assert names == {"jsi18n", "actions", "site"}
    choosing = shown(desk, f"{LIST}?_popup=1")
    assert choosing.css("script[src*=RelatedObjectLookups]"), "hands the row to the form"


def test_the_tabs_lead_to_the_lists_of_the_present_subject(desk):
    tabs = shown(desk, LIST).css(".sections a")
    names = [tab.text() for tab in tabs]
    assert names[:2] == ["Desk", "Articles"]
    assert {"Authors", "Pictures", "Topics"} < set(names)
    assert [t.text() for t in tabs if "aria-current" in t.attributes] == ["Articles"]


def test_filters_are_above_the_list_and_say_the_present_choice(desk):
    article(sample=True)
    article("second")
    page = shown(desk, f"{LIST}?state=published")
    filters = {f.css_first("summary").text().split(":")[0].strip(): f for f in page.css(".filter")}
    assert {"Status", "Sample, awaiting review"} <= set(filters)
    assert filters["Status"].css_first("summary strong").text() == "Published"
    assert filters["Status"].css_first("a[aria-current]").text() == "Published"
    markup = page.html
    assert markup.index("list-bar") < markup.index("result_list")
    assert "Clear all filters" in page.css_first(".list-bar").text()


def test_the_authors_column_is_there_once_there_are_two(desk):
    article()
    assert not shown(desk, LIST).css(".field-author")
    author("asha-menon")
    assert shown(desk, LIST).css(".field-author")


def test_each_cell_of_a_list_has_the_name_of_its_column(desk):
    article()
    row = shown(desk, LIST).css_first("#result_list tbody tr")
    labels = [cell.attributes.get("data-label") for cell in row.css("td")]
    assert labels == [None, "Status", "Date", "Topic"]


def test_an_empty_list_says_whether_anything_was_searched(desk):
    assert "Nothing is listed here yet." in shown(desk, LIST).css_first(".empty").text()
    article()
    searched = shown(desk, f"{LIST}?q=zxqv").css_first(".empty")
    assert "Nothing matches this search" in searched.text()
    assert searched.css_first("a").attributes["href"] == LIST


def test_no_icon_of_djangos_is_shown_in_colour(desk):
    """Its pictures in forms are drawn by masks; lists, filters and the search have none."""
    article()
    for where in (LIST, "/admin/", "/admin/articles/topic/"):
        assert not shown(desk, where).css("img[src*='admin/img']")
