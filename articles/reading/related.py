"""Related articles, ranked in the database by shared topics and by similarity of the text."""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from articles.models import Article, ArticleQuerySet
from articles.models.sql import DICTIONARY

# The same main topic weighs as much as a fairly similar text; each other shared topic half.
SAME_TOPIC, OTHER_SHARED_TOPIC, SIMILARITY = 0.3, 0.15, 1.0


class AnyWord(SearchQuery):
    """The words of a text as alternatives: `plainto_tsquery` with "or" instead of "and"."""

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return f"replace({sql}::text, '&', '|')::tsquery", params


def related_to(article: Article, among: ArticleQuerySet) -> ArticleQuerySet:
    """`among` without the article itself, most similar first. One query."""
    links = Article.more_topics.through.objects
    same_topic = Q(topic=article.topic_id) | Q(
        topic__in=links.filter(article=article.pk).values("topic")
    )
    shared: QuerySet = links.filter(same_topic, article=OuterRef("pk")).order_by().values("article")
    count = Subquery(shared.annotate(n=Count("pk")).values("n"))
    words = AnyWord(f"{article.title} {article.excerpt}", config=DICTIONARY, search_type="plain")
    score = (
        Case(When(same_topic, then=Value(SAME_TOPIC)), default=Value(0.0))
        + Coalesce(count, 0) * Value(OTHER_SHARED_TOPIC)
        + SearchRank(F("search"), words) * Value(SIMILARITY)
    )
    return (
        among.exclude(pk=article.pk)
        .annotate(similarity=Cast(score, FloatField()))
        .order_by("-similarity", "-publish_at", "-pk")
    )
