"""Named sets of articles."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from articles.models.library import Series, Topic
from articles.models.publication import PublicationQuerySet

if TYPE_CHECKING:
    from articles.models.article import Article


@dataclass(frozen=True)
class Neighbours:
    """An article's position in its series."""

    series: Series
    place: int
    all: int
    previous: "Article | None"
    next: "Article | None"


class ArticleQuerySet(PublicationQuerySet["Article"]):
    def on_topic(self, topic: Topic) -> "ArticleQuerySet":
        more = self.model.more_topics.through.objects.filter(
            article=models.OuterRef("pk"), topic=topic
        )
        return self.filter(Q(topic=topic) | models.Exists(more))

    def topics(self) -> models.QuerySet[Topic]:
        """The topics of these articles, additional ones included."""
        more = self.model.more_topics.through.objects.filter(article__in=self.order_by())
        return Topic.objects.select_related("picture").filter(
            Q(pk__in=self.order_by().values("topic")) | Q(pk__in=more.values("topic"))
        )

    def for_lists(self) -> "ArticleQuerySet":
        """With everything that a card shows, without the long texts."""
        return self.select_related("topic__picture", "author", "cover").defer(
            "body", "sources", "search"
        )

    def for_page(self) -> "ArticleQuerySet":
        """With everything that the article's page names."""
        people = ("author__portrait", "reviewer")
        return self.select_related("topic__picture", "cover", "series", *people).defer("search")
