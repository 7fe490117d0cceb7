"""What to read next: chosen in the database by shared topics and by likeness of the text."""

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

# The topic weighs as much as a rather like text; each further shared topic half of that.
SAME_TOPIC, ALSO_SHARED, LIKENESS = 0.3, 0.15, 1.0


class AnyWord(SearchQuery):
    """The words of a text as alternatives: `plainto_tsquery` with its "and" made "or"."""

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return f"replace({sql}::text, '&', '|')::tsquery", params


def related_to(article: Article, among: ArticleQuerySet) -> ArticleQuerySet:
    """`among`, without the article itself, nearest first. One query."""
    links = Article.more_topics.through.objects
    mine = Q(topic=article.topic_id) | Q(topic__in=links.filter(article=article.pk).values("topic"))
    shared: QuerySet = links.filter(mine, article=OuterRef("pk")).order_by().values("article")
    count = Subquery(shared.annotate(n=Count("pk")).values("n"))
    words = AnyWord(f"{article.title} {article.excerpt}", config=DICTIONARY, search_type="plain")
    score = (
        Case(When(mine, then=Value(SAME_TOPIC)), default=Value(0.0))
        + Coalesce(count, 0) * Value(ALSO_SHARED)
        + SearchRank(F("search"), words) * Value(LIKENESS)
    )
    return (
        among.exclude(pk=article.pk)
        .annotate(nearness=Cast(score, FloatField()))
        .order_by("-nearness", "-publish_at", "-pk")
    )
