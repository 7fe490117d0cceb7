"""Searches the articles by PostgreSQL's full text search, and corrects mistyped words by trigrams.

Queries have the usual syntax: words that must all occur, "a phrase", -not, or. They are parsed
here (`parts_of`) and reach the database as plain words, so no query can be a syntax error. If
nothing is found, unknown words are replaced by the most similar words of our articles; if still
nothing is found, articles with only some of the words are shown.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import and_, or_

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchQueryCombinable,
    SearchRank,
    TrigramSimilarity,
)
from django.db import connection
from django.db.models import F, FloatField, TextField, Value
from django.db.models.functions import Cast

from articles.models import Article, ArticleQuerySet, Author, Topic
from articles.models.sql import DICTIONARY, without_markup

LONGEST = 200
TITLE_SIMILARITY = 0.12
# The database puts these around matching words; our texts do not contain them.
START, STOP = "\ue000", "\ue001"
_WORD = re.compile(r"[^\W\d_]{4,40}")
OR = "or"
# A minus directly before a word or a phrase; a phrase, closed or not; a word.
_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
# The GIN index finds all similar words; the order chooses the most similar one.
_NEIGHBOURS = """
SELECT typed.word, near.word
FROM unnest(%s::text[]) AS typed(word)
CROSS JOIN LATERAL (
  SELECT w.word FROM articles_word AS w WHERE w.word %% typed.word
  ORDER BY similarity(w.word, typed.word) DESC, abs(length(w.word) - length(typed.word)), w.word
  LIMIT 1
) AS near
"""


@dataclass(frozen=True)
class Results:
    """The articles that match a query. `corrected` is the query after correction, if it was needed.

    `loosely`: they have only some of the words.
    """

    articles: ArticleQuerySet
    count: int
    query: str
    corrected: str = ""
    loosely: bool = False
    search_query: SearchQueryCombinable | None = None


def tidy(text: str) -> str:
    """The typed query on one line, cut to LONGEST characters."""
    return " ".join(text.replace("\x00", " ").split())[:LONGEST].strip()


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a phrase that must, or must not, occur."""

    text: str
    left_out: bool = False
    phrase: bool = False


def parts_of(text: str) -> list[list[Part]]:
    """Alternatives, each a list of parts that all apply: "or" binds less than juxtaposition.

    Dashes and quotation marks without a word are ignored.
    """
    alternatives: list[list[Part]] = [[]]
    for match in _PART.finditer(text):
        word = (match["word"] or "").lstrip("-")
        if word.lower() == OR and not match["minus"]:
            alternatives.append([])
        elif text := word or (match["phrase"] or "").strip():
            left_out, phrase = bool(match["minus"]), match["phrase"] is not None
            alternatives[-1].append(Part(text, left_out, phrase))
    return [parts for parts in alternatives if parts]


def _query(part: Part) -> SearchQueryCombinable:
    words = SearchQuery(part.text, config=DICTIONARY, search_type="phrase")
    return ~words if part.left_out else words


def query_of(alternatives: list[list[Part]]) -> SearchQueryCombinable:
    """The database's query; without any parts it matches nothing."""
    queries = [_joined(and_, [_query(part) for part in parts]) for parts in alternatives]
    return _joined(or_, queries) if queries else _query(Part(""))


def _joined(join: Callable, queries: list[SearchQueryCombinable]) -> SearchQueryCombinable:
    """Joins halves, so that a hundred words are nested only seven deep."""
    if len(queries) == 1:
        return queries[0]
    middle = len(queries) // 2
    return join(_joined(join, queries[:middle]), _joined(join, queries[middle:]))


def any_of(alternatives: list[list[Part]]) -> list[list[Part]]:
    """The same parts, each as an alternative of its own."""
    return [[part] for parts in alternatives for part in parts]


def find(query: str, within: ArticleQuerySet) -> Results:
    """Best match first. One query if the first attempt finds something, up to three more if not."""
    for corrected, loosely in _attempts(query):
        effective = corrected or query
        parts = parts_of(effective)
        search_query = query_of(any_of(parts) if loosely else parts)
        matches = within.filter(search=search_query)
        if count := matches.order_by().count():
            ranked = _ranked(matches, search_query, effective)
            return Results(ranked, count, query, corrected, loosely, search_query)
    return Results(within.none(), 0, query)


def topics_of(results: Results) -> list[tuple[str, str, int]]:
    """The slug, title and number of articles of each topic among everything that matches, on
    whatever topic; most first. One query."""
    matches = Article.objects.published().filter(search=results.search_query).order_by()
    more = Article.more_topics.through.objects.filter(article__in=matches.values("pk"))
    pairs = matches.values_list("pk", "topic__slug", "topic__title").union(
        more.values_list("article", "topic__slug", "topic__title")
    )
    counts = Counter((slug, title) for _article, slug, title in pairs)
    topics = [(slug, title, number) for (slug, title), number in counts.items()]
    return sorted(topics, key=lambda topic: (-topic[2], topic[1]))


def _attempts(query: str) -> Iterator[tuple[str, bool]]:
    """Searches to try in turn: as typed, corrected, and for only some of the words."""
    yield "", False
    correction = corrected(query)
    if correction:
        yield correction, False
    parts = any_of(parts_of(query))
    if len(parts) > 1 and not any(part.left_out or part.phrase for (part,) in parts):
        yield correction, True


def corrected(query: str) -> str:
    """The query with each unknown word replaced by a similar one; empty if nothing changes."""
    typed = {word.lower() for word in _WORD.findall(query)} - {OR}
    if not typed:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, [sorted(typed)])
        similar = dict(cursor.fetchall())
    correction = _WORD.sub(lambda m: similar.get(m[0].lower(), m[0]), query)
    return "" if correction.lower() == query.lower() else correction


def _ranked(
    matches: ArticleQuerySet, search_query: SearchQueryCombinable, typed: str
) -> ArticleQuerySet:
    """Titles weigh most, words close together more than distant ones, long texts slightly less;
    of two equal matches, the one whose title is more similar to the typed words comes first."""
    rank = SearchRank(F("search"), search_query, cover_density=True, normalization=Value(1))
    like_title = TrigramSimilarity("title", typed) * Value(TITLE_SIMILARITY)
    return matches.annotate(
        rank=Cast(rank, FloatField()) + Cast(like_title, FloatField()),
        snippet=_headline(search_query),
    ).order_by("-rank", "-publish_at", "-pk")


def _headline(query: SearchQueryCombinable) -> SearchHeadline:
    """Computed only for the rows of the page: the database sorts and limits them first."""
    return SearchHeadline(
        Cast(without_markup("body"), TextField()),
        query,
        config=DICTIONARY,
        start_sel=START,
        stop_sel=STOP,
        max_words=34,
        min_words=18,
        max_fragments=2,
        fragment_delimiter=" … ",
    )


def similar_names(query: str) -> list[Topic | Author]:
    """Topics and authors whose name is similar to the query. Two queries."""
    topics = Topic.objects.filter(title__trigram_word_similar=query)[:3]
    return [*topics, *Author.objects.filter(name__trigram_word_similar=query)[:3]]


def published() -> ArticleQuerySet:
    return Article.objects.published().for_lists()
