"""What to read after a result: the practice's own published articles, the nearest first."""

from django.db.models import Case, Q, QuerySet, Value, When

from articles.models import Article

# Without a better match, the subject of every result here.
SUBJECTS = ("attachment", "relationship")


def further_reading(count: int = 3) -> QuerySet[Article]:
    """Articles on attachment first, then the newest. One query when it is read."""
    near = Q()
    for word in SUBJECTS:
        near |= Q(title__icontains=word) | Q(topic__title__icontains=word)
    nearness = Case(When(near, then=Value(0)), default=Value(1))
    return Article.objects.published().for_lists().order_by(nearness, "-publish_at", "-pk")[:count]
