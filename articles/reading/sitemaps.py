"""Every public article, page, topic and author for the sitemap. Four queries, however many rows."""

from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Q
from django.utils import timezone

from articles.models import Article, Author, Page, Topic


class SiteSitemap(Sitemap):
    """Addresses begin with SITE_URL, since a cached response must not depend on the Host header."""

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class ArticleSitemap(SiteSitemap):
    limit = 5000

    @cached_property
    def _rows(self) -> list[Article | Page | Topic | Author]:
        """Cached: Django calls `items` again for each page and for the newest date."""
        public = Q(articles__status__in=Article.PUBLIC, articles__publish_at__lte=timezone.now())
        changed = Max("articles__changed_at", filter=public)
        return [
            *Article.objects.published().only("slug", "changed_at"),
            *Page.objects.published().only("slug", "changed_at"),
            *Topic.objects.annotate(changed_at=changed).exclude(changed_at=None),
            *Author.objects.annotate(changed_at=changed).exclude(changed_at=None),
        ]

    def items(self) -> list[Article | Page | Topic | Author]:
        return self._rows

    def lastmod(self, item: Article | Page | Topic | Author) -> datetime:
        return item.changed_at  # type: ignore[union-attr]
