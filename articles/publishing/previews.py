"""Previews: for staff, the page of a text that is not public yet, by a signed link that expires."""

from typing import Any

from django.core import signing
from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles.models import Article, Author, Image, Revision, Series, Topic, Unsaved
from articles.richtext import clean

SALT, HOURS = "articles.preview", 24
KINDS: dict[str, type[Model]] = {"article": Article, "version": Revision, "unsaved": Unsaved}


class Expired(Exception):
    """The link was valid, but has expired."""


def link_to(row: Article | Revision | Unsaved) -> str:
    """A new link to a row. It shows the row as it is when the link is opened."""
    kind = next(name for name, model in KINDS.items() if isinstance(row, model))
    article = row if isinstance(row, Article) else row.article
    token = signed([kind, row.pk, article and article.pk])
    return reverse("admin:articles_article_preview", args=[token])


def signed(value: list[Any]) -> str:
    return signing.dumps(value, salt=SALT)


def read(token: str) -> list[Any]:
    """What was signed. Raises Expired, and Http404 for what nobody signed."""
    try:
        value: list[Any] = signing.loads(token, salt=SALT, max_age=HOURS * 3600)
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Http404 from error
    return value


def opened(token: str) -> Article:
    """The article that a link shows, ready for its page; it must not be saved. Raises Expired."""
    kind, pk, stored = read(token)
    if kind not in KINDS:
        raise Http404
    row: Any = KINDS[kind]._default_manager.filter(pk=pk).first()
    if row and kind != "article":
        return _composed(row.article, row.content)
    # Unsaved work that has been saved since is the article itself.
    return get_object_or_404(Article.objects.for_page(), pk=stored)


def _composed(stored: Article | None, content: dict[str, Any]) -> Article:
    """An article from the content of a form or a version, cleaned as it would be on saving."""
    texts = {
        name: str(content.get(name) or "")
        for name in ("title", "excerpt", "sources", "corrections")
    }
    article = Article(pk=stored.pk if stored else None, **texts)
    article.slug = str(content.get("slug") or "preview")
    article.body = clean(str(content.get("body") or ""))
    article.reading_minutes = max(1, len(article.body.split()) // 220)
    article.publish_at = stored.publish_at if stored else None
    article.topic = _related(Topic, content, "topic") or Topic(slug="topic", title="–")
    article.author = _related(Author, content, "author") or Author(slug="author", name="–")
    article.reviewer = _related(Author, content, "reviewer")
    article.cover = _related(Image, content, "cover")
    article.series = _related(Series, content, "series")
    return article


def _related(model: Any, content: dict[str, Any], name: str) -> Any:
    """A form refers to a row as `topic`, a version as `topic_id`."""
    value = str(content.get(name) or content.get(f"{name}_id") or "")
    return model.objects.filter(pk=value).first() if value.isdigit() else None
