"""The topics above a list of articles: those with the most articles, and all of them behind one
more press. An old site may bring a hundred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from articles.models import Article, Topic

SHOWN = 8


@dataclass(frozen=True)
class TopicLinks:
    shown: Sequence[Topic]
    more: Sequence[Topic]


def topic_links(current: Topic | None = None, now: datetime | None = None) -> TopicLinks:
    """Those that readers can open, by their titles. `current` is always shown. One query."""
    public = Q(articles__status__in=Article.PUBLIC, articles__publish_at__lte=now or timezone.now())
    rows = Article.objects.published(now).topics()
    topics = list(rows.annotate(uses=Count("articles", filter=public)).order_by("title"))
    if len(topics) <= SHOWN + 1:
        return TopicLinks(topics, [])
    by_use = sorted(topics, key=lambda topic: (topic != current, -topic.uses))
    chosen = set(by_use[:SHOWN])
    return TopicLinks([t for t in topics if t in chosen], [t for t in topics if t not in chosen])
