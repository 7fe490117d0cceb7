"""Named sets of articles."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q
from django.db.models.functions import Cast, Greatest, TruncDate
from django.utils import timezone

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

    def review_due(self, now: datetime | None = None) -> "ArticleQuerySet":
        """Public articles whose topic asks for a review by now, the longest overdue first: with
        `last_read`, the day of the last review or of publication, and `due_on`. A sample waits for
        its first review, and is listed by itself."""
        months = Func(
            F("topic__review_months"),
            template="make_interval(months => %(expressions)s)",
            output_field=models.DurationField(),
        )
        read = Greatest(F("reviewed_on"), TruncDate("publish_at"))
        due = Cast(
            ExpressionWrapper(F("last_read") + months, output_field=models.DateTimeField()),
            models.DateField(),
        )
        rows: Any = self.published(now).filter(sample=False).annotate(last_read=read)
        rows = rows.annotate(due_on=due).filter(due_on__lte=timezone.localdate(now))
        due_first: ArticleQuerySet = rows.order_by("due_on", "pk")
        return due_first

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
