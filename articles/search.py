"""Searching the articles: the database's full text, and its trigrams where a word is mistyped.

What readers type is read as on the web: words that must all be there, "a phrase", -not, or.
Where nothing is found, unknown words are taken for their nearest neighbours among the words of
our articles; where there is still nothing, an article with some of the words will do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    TrigramSimilarity,
)
from django.db import connection
from django.db.models import F, FloatField, TextField, Value
from django.db.models.functions import Cast

from articles.models import Article, ArticleQuerySet, Author, Topic
from articles.models.sql import DICTIONARY, without_markup

LONGEST = 200
TITLE_LIKENESS = 0.12
# Around a found word in what the database hands back; no text of ours holds them.
START, STOP = "\ue000", "\ue001"
_WORD = re.compile(r"[^\W\d_]{4,40}")
_OPERATORS = {"or"}
# GIN answers "like this one at all", the sort says which is nearest.
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
class Found:
    """What was found, for which words; `count` is known, so that a page needs no counting."""

    articles: ArticleQuerySet
    count: int
    asked: str
    corrected: str = ""
    loosely: bool = False


def tidy(text: str) -> str:
    """What was typed, on one line and of a sensible length."""
    return " ".join(text.replace("\x00", " ").split())[:LONGEST].strip()


def websearch(text: str) -> SearchQuery:
    return SearchQuery(text, config=DICTIONARY, search_type="websearch")


def _any_of(text: str) -> SearchQuery:
    """Articles with any of the words: each is an alternative."""
    return websearch(" or ".join(re.findall(r"\w+", text)) or text)


def find(asked: str, within: ArticleQuerySet) -> Found:
    """Best first. One query where something is found at once, three more where nothing is."""
    for corrected, loosely in _attempts(asked):
        query = (_any_of if loosely else websearch)(corrected or asked)
        found = within.filter(search=query)
        if count := found.order_by().count():
            return Found(
                _ranked(found, query, corrected or asked), count, asked, corrected, loosely
            )
    return Found(within.none(), 0, asked)


def _attempts(asked: str) -> Iterator[tuple[str, bool]]:
    """What to look for, in turn: as typed, corrected, and some of the words."""
    yield "", False
    better = corrected(asked)
    if better:
        yield better, False
    if len(asked.split()) > 1 and "-" not in asked and '"' not in asked:
        yield better, True


def corrected(asked: str) -> str:
    """The same with each unknown word replaced by its neighbour; nothing where all are known."""
    typed = {word.lower() for word in _WORD.findall(asked)} - _OPERATORS
    if not typed:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, [sorted(typed)])
        near = dict(cursor.fetchall())
    better = _WORD.sub(lambda m: near.get(m[0].lower(), m[0]), asked)
    return "" if better.lower() == asked.lower() else better


def _ranked(found: ArticleQuerySet, query: SearchQuery, asked: str) -> ArticleQuerySet:
    """Titles weigh most, words close together more than far apart, long texts a little less;
    and of two alike, the one whose title reads like what was typed."""
    rank = SearchRank(F("search"), query, cover_density=True, normalization=Value(1))
    like_title = TrigramSimilarity("title", asked) * Value(TITLE_LIKENESS)
    return found.annotate(
        rank=Cast(rank, FloatField()) + Cast(like_title, FloatField()), snippet=_headline(query)
    ).order_by("-rank", "-publish_at", "-pk")


def _headline(query: SearchQuery) -> SearchHeadline:
    """Made for the rows of the page alone: the database sorts and cuts before it comes to this."""
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


def places(asked: str) -> list[Topic | Author]:
    """Topics and authors whose name is like what was typed: a way on. Two queries."""
    topics = Topic.objects.filter(title__trigram_word_similar=asked)[:3]
    return [*topics, *Author.objects.filter(name__trigram_word_similar=asked)[:3]]


def published() -> ArticleQuerySet:
    return Article.objects.published().for_lists()
