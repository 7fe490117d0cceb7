"""What is checked before an article is published: each finding, its reason and its place."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.publishing import checks
from articles.publishing.checks import Finding
from tests.support.articles.factories import article, author, topic

PLAIN = "<p>Words.</p>"


def sketch(**fields) -> Article:
    """An article that is not stored: without links the checks need no database."""
    return Article(**{"title": "T", "excerpt": "E", "body": PLAIN} | fields)


def as_tuples(it: Article) -> list[tuple]:
    return [(str(f.text), f.place, f.blocks, f.within) for f in checks.findings(it)]


def body(*parts: str) -> list[tuple]:
    return as_tuples(sketch(body="".join(parts)))


def link(*hrefs: str) -> str:
    return "<p>" + " ".join(f'<a title="x" href="{href}">word</a>' for href in hrefs) + "</p>"


def test_nothing_is_found_where_nothing_is_missing():
    assert as_tuples(sketch()) == []
    assert checks.blockers(sketch()) == []


def test_an_excerpt_and_a_text_are_needed():
    no_excerpt = "There is no excerpt: lists and search results would be empty."
    assert as_tuples(sketch(excerpt=" \n")) == [(no_excerpt, "excerpt", True, "")]
    assert as_tuples(sketch(body="")) == [("There is no text yet.", "body", True, "")]
    assert [f.place for f in checks.blockers(sketch(excerpt="", body=""))] == ["excerpt", "body"]


def test_a_long_title_is_advice():
    assert as_tuples(sketch(title="T" * 60)) == []
    words = "The title has 61 characters; search results cut it off after about 60."
    assert as_tuples(sketch(title="T" * 61)) == [(words, "title", False, "")]
    assert checks.blockers(sketch(title="T" * 61)) == []


@pytest.mark.parametrize(
    ("alt", "blind"),
    [(' alt="Two hills"', False), (' alt="  x"', False), ("", True), (' alt=""', True),
     (' alt=" \n"', True), (' data-alt="x"', True), (" alt='x'", True)],
)  # fmt: skip
def test_a_picture_needs_an_alternative_text(alt, blind):
    words = ("A picture has no alternative text.", "body", True, "img 0")
    assert body(PLAIN, f'<img src="/media/x.png"{alt}>') == ([words] if blind else [])


def test_pictures_are_counted_in_the_text():
    seen, blind = '<img src="/a.png" alt="A">', '<img src="/b.png" width="2">'
    assert [where for *_, where in body(seen, blind, seen, blind)] == ["img 1", "img 3"]


def skips(title: str, number: int) -> tuple:
    words = f"The heading “{title}” skips a level, which confuses users of screen readers."
    return words, "body", False, f"h2,h3,h4 {number}"


def test_headings_go_down_one_level_at_a_time():
    assert body("<h2>One</h2>", "<h3>Two</h3>", "<h4>Three</h4>", "<h2>Four</h2>") == []
    assert body("<h3>First</h3>") == [skips("First", 0)]
    assert body("<h2>One</h2>", "<h4>A <em>far</em>\none</h4>") == [skips("A far one", 1)]
    assert body("<h2>One</h2>", "<h4>Far</h4>", "<h4>Beside</h4>") == [skips("Far", 1)]
    assert body("<h4>Far</h4>", "<h2>One</h2>", "<h4>Far, too</h4>") == [
        skips("Far", 0), skips("Far, too", 2)
    ]  # fmt: skip
    assert body("<h2>One</h2>", "<p>x</p>", "<h3>Two</h3>", "<h2>Three</h2>", "<h3>x</h3>") == []


def test_a_text_that_is_hard_to_read_says_how_hard():
    # Grade by the formula: 0.39 * 100 words in 10 sentences + 11.8 * 1 or 2 syllables a word.
    easy = "<p>" + "The dog ran to the big red barn with me. " * 10 + "</p>"
    assert body(easy) == []
    hard = "<p>" + "Notwithstanding incomprehensible administrative considerations " * 30 + "</p>"
    ((words, *rest),) = body(hard)
    assert words.startswith("The text is hard to read: about school year ")
    assert words.endswith(". Shorter sentences help.")
    assert words.split("year ")[1].split(".")[0].isdigit(), "a whole year"
    assert rest == ["body", False, ""]
    assert body("<p>Notwithstanding incomprehensible considerations.</p>") == [], "too short to say"


def test_a_text_on_danger_asks_for_its_mark():
    words = "Suicide, violence and abuse."
    ((text, *rest),) = as_tuples(sketch(body=f"<p>{words}</p>"))
    assert text.startswith("The text seems to be about suicide, violence or abuse.")
    assert rest == ["about_danger", False, ""]
    assert as_tuples(sketch(body=f"<p>{words}</p>", about_danger=True)) == []
    assert body("<p>Violence and abuse.</p>") == [], "twice may be in passing"
    assert body("<p>A nonviolent drape, disabused thrice.</p>") == []
    for word in ("suicidal", "Self-harm", "violent", "abused", "rape"):
        assert len(body(f"<p>{word} {word} {word}</p>")) == 1, word


def test_the_tenth_school_year_is_not_hard_yet(monkeypatch):
    for level, hard in [(10, False), (10.01, True), (None, False)]:
        monkeypatch.setattr(checks, "grade", lambda text, level=level: level)
        assert bool(body(PLAIN)) == hard
    monkeypatch.setattr(checks, "grade", lambda text: 12.6)
    assert "about school year 13." in body(PLAIN)[0][0]


def test_blockers_come_first_and_stop_it():
    it = sketch(title="T" * 61, body="<h3>x</h3><img>")
    assert [f.blocks for f in checks.findings(it)] == [True, False, False]
    assert [f.within for f in checks.blockers(it)] == ["img 0"]
    assert Finding("x", "body") == Finding("x", "body", blocks=False, within="")


@pytest.mark.django_db
class TestLinks:
    def nowhere(self, *hrefs: str, **fields) -> list[str]:
        it = fields.pop("it", None) or sketch()
        it.body = link(*hrefs) + fields.get("more", "")
        return [f.within for f in checks.findings(it) if "leads nowhere" in str(f.text)]

    def test_a_link_to_nothing_stops_it_and_says_which(self):
        assert body(link("/no/such/")) == [
            ("The link to /no/such/ leads nowhere.", "body", True, "a 0")
        ]
        broken = self.nowhere("https://example.org/no/", "/no/such/", "/articles/", "/nor/this/")
        assert broken == ["a 1", "a 3"]

    def test_other_sites_and_letters_are_not_looked_at(self):
        others = ["https://example.org/articles/no/", "mailto:a@example.org", "tel:112"]
        assert self.nowhere(*others) == []

    def test_an_address_without_a_beginning_is_read_as_a_browser_reads_it(self):
        article("public")
        assert self.nowhere("../public/", "../", "../../help/") == []
        assert self.nowhere("../no/", "www.example.org", "no/such", "http:no") == [
            "a 0", "a 1", "a 2"]  # fmt: skip

    def test_our_own_address_in_full_is_a_link_of_ours(self, settings):
        settings.SITE_URL = "https://practice.example"
        assert self.nowhere("https://practice.example/no/such/") == ["a 0"]
        assert self.nowhere("https://practice.example/articles/") == []
        assert self.nowhere("https://other.example/no/such/") == []

    def test_a_question_and_a_place_behind_the_path_do_not_matter(self):
        for behind in ("?q=x", "#x", "?q=x#y", "#x?y", "?a=1?b=2", "#x#y"):
            assert self.nowhere(f"/articles/{behind}") == []
            assert self.nowhere(f"/no/such/{behind}") == ["a 0"]

    def test_a_place_in_the_text_is_one_of_its_headings(self):
        more = "<h2>First things</h2><h3>Then</h3>"
        assert self.nowhere("#first-things", "#then", more=more) == []
        assert self.nowhere("#first-things", "#other", more=more) == ["a 1"]

    def test_an_article_that_readers_can_see(self):
        ahead = timezone.now() + timedelta(days=1)
        article("public")
        article("draft", status="draft")
        article("ahead", status="scheduled", publish_at=ahead)
        article("gone", status="withdrawn")
        hrefs = [f"/articles/{slug}/" for slug in ("public", "draft", "ahead", "gone", "never")]
        assert self.nowhere(*hrefs) == ["a 1", "a 2", "a 3", "a 4"]
        assert self.nowhere("/articles/public", "/public/", "/topics/public/") == [
            "a 0",
            "a 1",
            "a 2",
        ]

    def test_an_article_may_link_to_itself_before_it_is_public(self):
        it = article("draft", status="draft")
        assert self.nowhere("/articles/draft/", it=it) == []
        assert self.nowhere("/articles/draft/", it=article("other", status="draft")) == ["a 0"]

    def test_an_old_address_that_leads_on(self):
        it = article("first")
        it.slug = "second"
        it.save()
        assert self.nowhere("/articles/first/", "/articles/second/", "/old/first/") == ["a 2"]

    def test_existing_topics_and_authors(self):
        merged = topic("closeness")
        author("asha")
        merged.old_addresses.create(slug="nearness")
        article("asha-too")
        known = [
            "/articles/topics/closeness/",
            "/articles/topics/nearness/",
            "/articles/authors/asha/",
        ]
        assert self.nowhere(*known) == []
        unknown = ["/articles/topics/asha/", "/articles/authors/closeness/",
                   "/articles/topics/asha-too/", "/articles/authors/nearness/"]  # fmt: skip
        assert self.nowhere(*unknown) == ["a 0", "a 1", "a 2", "a 3"]

    def test_other_pages_and_pictures_of_the_site(self, settings):
        assert self.nowhere("/", "/assessments/", "/articles/search/", "/articles/feed.xml") == []
        assert self.nowhere(f"{settings.MEDIA_URL}pictures/x.png") == []
        assert self.nowhere("/medial/x.png") == ["a 0"]

    def test_reading_takes_a_constant_number_of_queries(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            checks.findings(sketch(body=link("https://example.org/", "mailto:a@example.org")))
        for count in (1, 20):
            it = sketch(body=link(*[f"/articles/x{n}/" for n in range(count)]))
            with django_assert_num_queries(7):
                checks.findings(it)
