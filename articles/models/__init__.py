"""Topics, authors, pictures and articles."""

from articles.models.article import RESERVED_SLUGS, Article, ArticleQuerySet
from articles.models.library import Author, Image, Topic
from articles.models.old_addresses import OldAddress, Origin

__all__ = [
    "RESERVED_SLUGS",
    "Article",
    "ArticleQuerySet",
    "Author",
    "Image",
    "OldAddress",
    "Origin",
    "Topic",
]
