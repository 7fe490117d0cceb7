"""The editors' desk. Who may enter say Django's own permissions, which the group of editors alone
holds (articles/apps.py)."""

from articles.admin.article import ArticleAdmin
from articles.admin.library import AuthorAdmin, ImageAdmin, SeriesAdmin, TopicAdmin

__all__ = ["ArticleAdmin", "AuthorAdmin", "ImageAdmin", "SeriesAdmin", "TopicAdmin"]
