"""Searching the articles: the database's full text, and its trigrams where a word is mistyped.

What readers type is read as on the web: words that must all be there, "a phrase", -not, or. It is
read here (`parts_of`), and reaches the database as words alone: no parser of queries can refuse it.
Where nothing is found, unknown words are taken for their nearest neighbours among the words of
our articles; where there is still nothing, an article with some of the words will do.
"""

import re
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
TITLE_LIKENESS = 0.12
# Around a found word in what the database hands back; no text of ours holds them.
START, STOP = "\ue000", "\ue001"
_WORD = re.compile(r"[^\W\d_]{4,40}")
OR = "or"
# A minus directly before a word or a phrase; a phrase, closed or not; a word.
_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
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


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a phrase that must be there, or must not."""

    text: str
    left_out: bool = False
    phrase: bool = False


def parts_of(text: str) -> list[list[Part]]:
    """Alternatives, each of parts that hold together: "or" binds less than standing side by side.

    Dashes and quotation marks that belong to no word mean nothing.
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
    """What the database looks for; of nothing: nothing."""
    found = [_joined(and_, [_query(part) for part in parts]) for parts in alternatives]
    return _joined(or_, found) if found else _query(Part(""))


def _joined(join: Callable, queries: list[SearchQueryCombinable]) -> SearchQueryCombinable:
    """In halves, so that a hundred words nest seven deep."""
    if len(queries) == 1:
        return queries[0]
    middle = len(queries) // 2
    return join(_joined(join, queries[:middle]), _joined(join, queries[middle:]))


def any_of(alternatives: list[list[Part]]) -> list[list[Part]]:
    """Articles with any of the words: each is an alternative."""
    return [[part] for parts in alternatives for part in parts]


def find(asked: str, within: ArticleQuerySet) -> Found:
    """Best first. One query where something is found at once, three more where nothing is."""
    for corrected, loosely in _attempts(asked):
        parts = parts_of(corrected or asked)
        query = query_of(any_of(parts) if loosely else parts)
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
    parts = any_of(parts_of(asked))
    if len(parts) > 1 and not any(part.left_out or part.phrase for (part,) in parts):
        yield better, True


def corrected(asked: str) -> str:
    """The same with each unknown word replaced by its neighbour; nothing where all are known."""
    typed = {word.lower() for word in _WORD.findall(asked)} - {OR}
    if not typed:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, [sorted(typed)])
        near = dict(cursor.fetchall())
    better = _WORD.sub(lambda m: near.get(m[0].lower(), m[0]), asked)
    return "" if better.lower() == asked.lower() else better


def _ranked(found: ArticleQuerySet, query: SearchQueryCombinable, asked: str) -> ArticleQuerySet:
    """Titles weigh most, words close together more than far apart, long texts a little less;
    and of two alike, the one whose title reads like what was typed."""
    rank = SearchRank(F("search"), query, cover_density=True, normalization=Value(1))
    like_title = TrigramSimilarity("title", asked) * Value(TITLE_LIKENESS)
    return found.annotate(
        rank=Cast(rank, FloatField()) + Cast(like_title, FloatField()), snippet=_headline(query)
    ).order_by("-rank", "-publish_at", "-pk")


def _headline(query: SearchQueryCombinable) -> SearchHeadline:
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
