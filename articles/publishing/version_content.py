"""The content of a version."""

from typing import Any

from articles.models import Article, Publication

# What restoring brings back. Not the address, status and dates: it must not move a page.
TEXTS = ("title", "excerpt", "body", "sources")
LINKS = ("topic_id", "author_id", "reviewer_id", "cover_id", "series_id")
OTHERS = ("series_place", "about_danger", "language")
# What readers were told about the article. Restoring an earlier text takes none of it back.
TOLD = ("corrections", "withdrawn_because", "instead")
OF_PAGE = ("title", "description", "body", "shows_team", "menu_label")


def content(text: Publication) -> dict[str, Any]:
    """A text as a version stores it. One query for an article, for its additional topics."""
    own = _of_article(text) if isinstance(text, Article) else _of_page(text)
    at = text.publish_at and text.publish_at.isoformat()
    return own | {"status": text.status, "publish_at": at}


def _of_article(article: Article) -> dict[str, Any]:
    restorable = {name: getattr(article, name) for name in (*TEXTS, *LINKS, *OTHERS)}
    topics = sorted(article.more_topics.values_list("pk", flat=True))
    kept = {name: getattr(article, name) for name in TOLD}
    return restorable | kept | {"slug": article.slug, "more_topics": topics}


def _of_page(page: Any) -> dict[str, Any]:
    return {name: getattr(page, name) for name in (*OF_PAGE, "slug", "menu_place")}
