"""The content of a version."""

from typing import Any

from articles.models import Article

# What restoring brings back. Not the address, status and dates: it must not move a page.
TEXTS = ("title", "excerpt", "body", "sources")
LINKS = ("topic_id", "author_id", "reviewer_id", "cover_id", "series_id")
OTHERS = ("series_place", "about_danger")


def content(article: Article) -> dict[str, Any]:
    """An article as a version stores it. One query, for the additional topics."""
    restorable = {name: getattr(article, name) for name in (*TEXTS, *LINKS, *OTHERS)}
    topics = sorted(article.more_topics.values_list("pk", flat=True))
    state = {"slug": article.slug, "status": article.status,
             "publish_at": article.publish_at and article.publish_at.isoformat()}  # fmt: skip
    return restorable | state | {"more_topics": topics}
