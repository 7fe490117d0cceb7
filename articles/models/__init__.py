"""Topics, authors, pictures and articles, with their history."""

from articles.models.article import RESERVED_SLUGS, Article, ArticleQuerySet
from articles.models.history import Revision, Unsaved, Word
from articles.models.library import Author, Image, OldTopicAddress, Series, Topic
from articles.models.old_addresses import OldAddress, Origin

__all__ = [
    "RESERVED_SLUGS",
    "Article",
    "ArticleQuerySet",
    "Author",
    "Image",
    "OldAddress",
    "OldTopicAddress",
    "Origin",
    "Revision",
    "Series",
    "Topic",
    "Unsaved",
    "Word",
]
