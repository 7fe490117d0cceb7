"""The editors' desk. Django's own permissions, which only the group of editors has, decide who may
enter (articles/apps.py)."""

from articles.admin.article import ArticleAdmin
from articles.admin.handouts import HandoutAdmin
from articles.admin.library import AuthorAdmin, ImageAdmin, SeriesAdmin, TopicAdmin
from articles.admin.pages.page import PageAdmin
from articles.admin.site.texts import SiteTextsAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "HandoutAdmin",
    "ImageAdmin",
    "PageAdmin",
    "SeriesAdmin",
    "SiteTextsAdmin",
    "TopicAdmin",
]
