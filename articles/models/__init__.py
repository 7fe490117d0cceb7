"""Topics, authors, pictures, articles and pages, with their history."""

from articles.models.article import RESERVED_SLUGS, Article, ArticleQuerySet
from articles.models.handouts import Handout, HandoutVersion
from articles.models.history import Revision, Unsaved, Word
from articles.models.library import Author, Image, OldTopicAddress, Series, Topic
from articles.models.link_report import LinkReport, Problem
from articles.models.old_addresses import OldAddress, Origin
from articles.models.outside_review import OutsideComment, OutsideReview
from articles.models.page import OldPageAddress, Page, PageVersion, reserved_names
from articles.models.public_version import PublicVersion
from articles.models.publication import Publication, Version
from articles.models.readership import MissedSearch, ReaderCount
from articles.models.site_texts import SiteTexts

__all__ = [
    "RESERVED_SLUGS",
    "Article",
    "ArticleQuerySet",
    "Author",
    "Handout",
    "HandoutVersion",
    "Image",
    "LinkReport",
    "MissedSearch",
    "OldAddress",
    "OldPageAddress",
    "OldTopicAddress",
    "Origin",
    "OutsideComment",
    "OutsideReview",
    "Page",
    "PageVersion",
    "Problem",
    "PublicVersion",
    "Publication",
    "ReaderCount",
    "Revision",
    "Series",
    "SiteTexts",
    "Topic",
    "Unsaved",
    "Version",
    "Word",
    "reserved_names",
]
