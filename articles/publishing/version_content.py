"""What a version of an article holds."""

from typing import Any

from articles.models import Article

# What a version holds. Not the address, status and dates: restoring a text must not move a page.
TEXTS = ("title", "excerpt", "body", "sources")
LINKS = ("topic_id", "author_id", "reviewer_id", "cover_id", "series_id")
ALONE = ("series_place",)


def content(article: Article) -> dict[str, Any]:
    """An article as a version keeps it. One query, for the additional topics."""
    kept = {name: getattr(article, name) for name in (*TEXTS, *LINKS, *ALONE)}
    topics = sorted(article.more_topics.values_list("pk", flat=True))
    shown = {"slug": article.slug, "status": article.status,
             "publish_at": article.publish_at and article.publish_at.isoformat()}  # fmt: skip
    return kept | shown | {"more_topics": topics}
