"""Articles for tests: each function creates one row, with sensible defaults."""

from datetime import datetime, timedelta

from django.utils import timezone

from articles.models import Article, Author, Topic


def topic(slug: str = "closeness", **fields) -> Topic:
    return Topic.objects.get_or_create(
        slug=slug, defaults={"title": slug.capitalize(), "description": f"About {slug}."} | fields
    )[0]


def author(slug: str = "neeshu-rathore", **fields) -> Author:
    defaults = {"name": "Dr. Neeshu Rathore", "credentials": "Clinical psychologist", "bio": "Hm."}
    return Author.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def article(slug: str = "a-safe-place", **fields) -> Article:
    """An article published yesterday, unless `fields` says otherwise."""
    now: datetime = timezone.now()
    values = {
        "slug": slug,
        "title": slug.replace("-", " ").capitalize(),
        "topic": fields.get("topic") or topic(),
        "author": fields.get("author") or author(),
        "excerpt": f"What {slug} says.",
        "body": "<p>Words for a reader.</p>",
        "status": Article.Status.PUBLISHED,
        "publish_at": now - timedelta(days=1),
    }
    return Article.objects.create(**values | fields)
