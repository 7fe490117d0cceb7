"""Search: what readers find, that it is the right thing, and that the index finds it."""

import random
import re
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from accounts.models import RateCounter
from articles.models import Article, Word
from articles.reading import full_text_search
from benchmarks import articles_corpus as corpus
from tests.support.articles.factories import article, author, topic
from tests.support.counting import query_count
from tests.support.thorough import THOROUGH

AT = "/articles/search/"


@pytest.fixture
def library(db) -> None:
    """Thousands of articles, and what the planner wants to know of them."""
    corpus.write(10_000 if THOROUGH else 6_000)
    with connection.cursor() as cursor:
        for index in ("article_search", "word_trigrams"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])
        cursor.execute("ANALYZE")


def first(query: str) -> str:
    row = full_text_search.find(query, full_text_search.published()).articles.first()
    return row.slug if row else ""


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.trust
def test_twenty_queries_among_thousands_of_articles(library, capsys):
    """Must be first in at least 18 of 20; every query finds its way through an index."""
    right, plans = [], 0
    for words, slug in corpus.QUERIES:
        with CaptureQueriesContext(connection) as queries:
            right.append((first(words) == slug, words, first(words)))
        for query in queries:
            if "SELECT" in query["sql"]:
                plan = plan_of(query["sql"])
                index = "article_search" in plan or "word_trigrams" in plan
                assert index, f"{query['sql']}\n{plan}"
                plans += 1
    good = sum(hit for hit, _asked, _found in right)
    with capsys.disabled():
        print(f"\nsearch: {good} of {len(right)} first, among {Article.objects.count()} articles;"
              f" {plans} plans, each by an index")  # fmt: skip
    assert good >= 18, [row for row in right if not row[0]]


def page(client, **parameters) -> str:
    response = client.get(AT, parameters)
    assert response.status_code == 200
    return response.content.decode()


def test_found_words_are_marked_and_nothing_else_is_markup(client, db):
    article(title="On trust", body="<p>Trust &amp; 1 &lt; 2, <strong>trusting</strong>.</p>")
    html = page(client, q="trust")
    assert "<mark>Trust</mark> &amp; 1 &lt; 2, <mark>trusting</mark>" in html
    assert "1 article" in html
    hostile = page(client, q='"><script>alert(1)</script>')
    assert "<script>alert" not in hostile


def test_a_text_cannot_contain_highlights_of_its_own(client, db):
    article(body="<p>trust \ue000&lt;script&gt;\ue001 \ue001 \ue000x</p>")
    html = page(client, q="trust")
    assert "<script>" not in html.split('class="snippet"')[1]
    assert html.count("<mark>") == html.count("</mark>")


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("letter", {"a-letter", "a-long-letter"}),
        ("letter -long", {"a-letter"}),
        ("panic -letter", {"panic"}),
        ("panic -a", {"panic"}),
        ("zebra -letter", set()),
        ('letter -"long letter"', {"a-letter"}),
        ("panic - letter", {"a-letter", "a-long-letter", "panic"}),
        ("long or -letter", {"a-long-letter", "panic"}),
        ('"long letter"', {"a-long-letter"}),
        ("panic or letter", {"a-letter", "a-long-letter", "panic"}),
        ("LETTERS", {"a-letter", "a-long-letter"}),
        ("leter", {"a-letter", "a-long-letter"}),
        ("letter zebra", {"a-letter", "a-long-letter"}),
        ("the", set()),
        ("'); DROP TABLE articles_article; --", set()),
        (": & | ! ( ) <-> \\", set()),
        ("-" * 33, set()),
        ("(-" * 100, set()),
    ],
)
def test_what_readers_type(query, slugs, client, db):
    for slug in ("a-letter", "a-long-letter", "panic"):
        article(slug, body="<p>A text.</p>", excerpt=".")
    results = full_text_search.find(full_text_search.tidy(query), full_text_search.published())
    assert {row.slug for row in results.articles} == slugs
    assert results.count == len(slugs)
    page(client, q=query)


KNOWN = ["letter", "Long", "letters", "leter", "panic", "safe-place", "zebra", "a", "or", "OR"]
SIGNS = [*"-\"'()[]{}<>&|!:*\\%_@#.,;?/+=~^$` ", "--", '""', "<->", " - ", ' -"', "-(", ":*", "!!",
         *"\u2013\u201c\u201d\u00a0\u180e\u200b\u2028\x00\x1f\ue000\ue001"]  # fmt: skip
FRAGMENTS = st.lists(st.text(max_size=12), min_size=6, max_size=12)
# Each part on a core of its own.
PARTS, ROUNDS, A_ROUND = (4, 250, 100) if THOROUGH else (1, 10, 30)


def odd_query(draw: random.Random, fragments: list[str]) -> str:
    """Words that are found and words that are not, operators in all places, any character."""
    kinds = [KNOWN, KNOWN, SIGNS, SIGNS, fragments]
    parts = [draw.choice(draw.choice(kinds)) for _ in range(draw.randrange(1, 24))]
    if draw.random() < 0.2:
        parts.append(draw.choice(SIGNS) * draw.randrange(1, 200))
        draw.shuffle(parts)
    return draw.choice(["", " ", " "]).join(parts)


def hits(query) -> Count:
    return Count("pk", filter=Q(search=query))


@pytest.mark.trust
@pytest.mark.parametrize("part", range(PARTS))
def test_no_query_fails(client, db, promise, part):
    """Each is looked for, a round of them by one statement; one in ten as a reader would, with
    correction, rank and marked words; one a round by its page."""
    for slug in ("a-letter", "a-long-letter", "panic"):
        article(slug, body="<p>A text of a safe-place.</p>")
    tried: Counter[bool] = Counter()

    @seed(part)
    @settings(max_examples=ROUNDS, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(FRAGMENTS, st.integers(0, 2**64))
    def look(fragments, number):
        draw = random.Random(number)
        queries = [*fragments, *(odd_query(draw, fragments) for _ in range(A_ROUND))][:A_ROUND]
        parsed = [full_text_search.parts_of(full_text_search.tidy(query)) for query in queries]
        counts = Article.objects.aggregate(
            **{
                f"all_{n}": hits(full_text_search.query_of(parts)) for n, parts in enumerate(parsed)
            },
            **{
                f"any_{n}": hits(full_text_search.query_of(full_text_search.any_of(parts)))
                for n, parts in enumerate(parsed)
            },
        )
        for n, query in enumerate(queries):
            tried[counts[f"all_{n}"] > 0] += 1
            if n % 10 == 0:
                results = full_text_search.find(
                    full_text_search.tidy(query), full_text_search.published()
                )
                assert len(results.articles) == results.count, query
                loose = results.corrected or results.loosely
                assert results.count == counts[f"all_{n}"] or loose, query
        RateCounter.objects.all().delete()  # The limits are tried elsewhere.
        # An address with a null in it is refused before any view.
        page(client, q=queries[-1].replace("\0", ""), topic=queries[0].replace("\0", ""))

    look()
    assert tried.total() >= ROUNDS * A_ROUND
    assert min(tried[True], tried[False]) > tried.total() / 20
    promise("mistakes", f"searches: {tried.total()} generated queries, {tried[True]} of them found"
                        " something, 0 errors")  # fmt: skip


def test_a_corrected_word_is_said(client, db):
    article(title="Loneliness in a new city")
    html = page(client, q="lonelyness")
    assert "Showing results for <strong>loneliness</strong>" in html


def test_nothing_found_leads_on(client, db):
    it = article(topic=topic("closeness"), author=author())
    html = page(client, q="neeshu rathor")
    assert "Nothing here says" in html
    assert it.author.get_absolute_url() in html
    assert it.topic.get_absolute_url() in html
    assert "/assessments/" in html


def test_filters_and_pages_are_kept(client, db):
    for n in range(15):
        article(f"letter-{n}", topic=topic("closeness" if n else "work"))
    html = page(client, q="letter", topic="closeness")
    assert "14 articles" in html
    assert "q=letter&amp;topic=closeness&amp;page=2" in html
    assert "letter-0/" not in html
    assert "search everywhere" in html
    second = page(client, q="letter", topic="closeness", page=2)
    assert second.count('class="snippet"') == 2
    assert client.get(AT, {"q": "letter", "page": 3}).status_code == 404


def test_only_what_is_public_is_found_and_suggested(client, db):
    article("secretive", title="Zygomorphic", status="draft", publish_at=None)
    assert "Nothing here says" in page(client, q="zygomorphic")
    assert not Word.objects.exists()
    assert "<strong>zygomorphic</strong>" not in page(client, q="zygomorfic")


def test_any_proxy_may_keep_it(client, db):
    response = client.get(AT, {"q": "x"})
    assert "public" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    assert client.post(AT).status_code == 405


def test_queries_do_not_grow_with_the_rows(client, db):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, q="letter")
        return query_count(queries)

    article("letter-0")
    few = cost()
    for n in range(1, 20):
        article(f"letter-{n}", topic=topic(f"t-{n}"), author=author(f"a-{n}"))
    assert cost() == few <= 5


def test_the_topics_of_all_results_are_counted_and_narrow_the_search(client, db):
    near, far = topic("near"), topic("far")
    article("letter-1", topic=near).more_topics.add(far)
    article("letter-2", topic=far)
    article("stamp", topic=topic("post"))
    for narrowed in ({}, {"topic": "near"}):
        side = (
            page(client, q="letter", **narrowed).split('id="found-topics"')[1].split("</aside>")[0]
        )
        found = re.findall(r'topic=([a-z]+)"[^>]*>\s*\w+ <span class="quiet">(\d+)', side)
        assert found == [("far", "2"), ("near", "1")]
    assert 'aria-current="true"' in side
