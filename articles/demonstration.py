"""Loads the sample articles from a folder into the database, never over an editor's work."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.models import Article, Author, Topic
from articles.sources import Source, write

# How many days ago the first, second, … article was published: the first is the newest.
DAYS_AGO = (3, 10, 18, 27, 36)


@transaction.atomic
def load(folder: Path, now: datetime | None = None, *, as_drafts: bool = False) -> dict[str, int]:
    """Adds what `folder`/articles.toml describes, unless a row with its slug exists. `as_drafts`:
    nobody reads an article before an editor publishes it.

    Returns the numbers of topics, authors and articles added.
    """
    now = now or timezone.now()
    text = (folder / "articles.toml").read_text(encoding="utf-8")
    described = tomllib.loads(text)
    topics = [_ensure(Topic, row) for row in described["topic"]]
    authors = [_ensure(Author, row) for row in described["author"]]
    articles = [
        _ensure(Article, _article(row, number, folder, None if as_drafts else now, authors[0][0]))
        for number, row in enumerate(described["article"])
    ]
    groups = {"topics": topics, "authors": authors, "articles": articles}
    return {name: sum(added for _row, added in rows) for name, rows in groups.items()}


def _ensure(model: Any, row: dict[str, Any]) -> tuple[Any, bool]:
    return model.objects.get_or_create(slug=row["slug"], defaults=row)


def _article(
    row: dict[str, Any], number: int, folder: Path, now: datetime | None, author: Author
) -> dict[str, Any]:
    days = DAYS_AGO[number] if number < len(DAYS_AGO) else DAYS_AGO[-1] + 9 * number
    return {
        "slug": row["slug"],
        "title": row["title"],
        "excerpt": row["excerpt"],
        "topic": Topic.objects.get(slug=row["topic"]),
        "author": Author.objects.get(slug=row["author"]) if "author" in row else author,
        "body": (folder / "articles" / row["file"]).read_text(encoding="utf-8"),
        "sources": write([Source(**source) for source in row.get("sources", [])]),
        "status": Article.Status.PUBLISHED if now else Article.Status.DRAFT,
        "publish_at": now - timedelta(days=days) if now else None,
        "sample": True,
        "about_danger": row.get("about_danger", False),
    }
