"""The real page of a text that readers do not see yet, for staff, by a signed link that expires."""

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
    """The link was good once."""


def link_to(thing: Article | Revision | Unsaved) -> str:
    """A new link to what is stored now; it shows later changes of the same row too."""
    kind = next(name for name, model in KINDS.items() if isinstance(thing, model))
    article = thing if isinstance(thing, Article) else thing.article
    token = signing.dumps([kind, thing.pk, article and article.pk], salt=SALT)
    return reverse("admin:articles_article_preview", args=[token])


def opened(token: str) -> Article:
    """The article that a link shows, ready for its page and never to be saved."""
    try:
        kind, pk, stored = signing.loads(token, salt=SALT, max_age=HOURS * 3600)
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Http404 from error
    thing: Any = KINDS[kind]._default_manager.filter(pk=pk).first()
    if thing and kind != "article":
        return _made(thing.article, thing.content)
    # Work that was saved since is the article itself.
    return get_object_or_404(Article.objects.for_page(), pk=stored)


def _made(stored: Article | None, content: dict[str, Any]) -> Article:
    """What the form or a version holds, cleaned as if it were saved."""
    texts = {name: str(content.get(name) or "") for name in ("title", "excerpt", "sources")}
    article = Article(pk=stored.pk if stored else None, **texts)
    article.slug = str(content.get("slug") or "preview")
    article.body = clean(str(content.get("body") or ""))
    article.reading_minutes = max(1, len(article.body.split()) // 220)
    article.publish_at = stored.publish_at if stored else None
    article.topic = _row(Topic, content, "topic") or Topic(slug="topic", title="–")
    article.author = _row(Author, content, "author") or Author(slug="author", name="–")
    article.reviewer = _row(Author, content, "reviewer")
    article.cover = _row(Image, content, "cover")
    article.series = _row(Series, content, "series")
    return article


def _row(model: Any, content: dict[str, Any], name: str) -> Any:
    """A form names a row by `topic`, a version by `topic_id`."""
    value = str(content.get(name) or content.get(f"{name}_id") or "")
    return model.objects.filter(pk=value).first() if value.isdigit() else None
