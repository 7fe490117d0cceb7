"""Former addresses of articles and of an old site, and the keys of imported rows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.library import Image
from articles.models.page import Page


class OldAddress(models.Model):
    """A former address; redirects to an article, wherever that is now, or to a path of this site.

    An imported site had addresses for more than articles: for its pages, categories, authors,
    feeds and pictures.
    """

    path = models.CharField(
        _("old address"), max_length=500, unique=True,
        help_text=_("From the site’s root on, such as /2019/03/old-post/."),
    )  # fmt: skip
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="old_addresses",
        verbose_name=_("article"),
    )  # fmt: skip
    leads_to = models.CharField(
        _("leads to"), max_length=500, blank=True, default="", db_default="",
        help_text=_("A path on this site, such as /articles/topics/sleep/, if not an article."),
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("old address"), _("old addresses")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, leads_to="")
                | (
                    Q(article__isnull=True, leads_to__startswith="/")
                    & ~Q(leads_to__startswith="//")
                    & ~Q(leads_to__startswith="/\\")
                ),
                name="old_address_leads_to_this_site",
            ),
        ]

    def __str__(self) -> str:
        return self.path


class Origin(models.Model):
    """The key of an article, a page or a picture in the system it was imported from.

    A repeated import recognises by it what it has imported before.
    """

    key = models.CharField(_("key in the other system"), max_length=500, unique=True)
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="origins",
        verbose_name=_("article"),
    )  # fmt: skip
    image = models.ForeignKey(
        Image, models.CASCADE, null=True, blank=True, related_name="origins",
        verbose_name=_("picture"),
    )  # fmt: skip
    page = models.ForeignKey(
        Page, models.CASCADE, null=True, blank=True, related_name="origins",
        verbose_name=_("page"),
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("origin"), _("origins")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, image__isnull=True, page__isnull=True)
                | Q(article__isnull=True, image__isnull=False, page__isnull=True)
                | Q(article__isnull=True, image__isnull=True, page__isnull=False),
                name="origin_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.key
