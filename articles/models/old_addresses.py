"""Former addresses of articles, which redirect, and the keys of imported rows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.library import Image


class OldAddress(models.Model):
    """A former address of an article; redirects to the present one."""

    path = models.CharField(
        _("old address"), max_length=500, unique=True,
        help_text=_("From the site’s root on, such as /2019/03/old-post/."),
    )  # fmt: skip
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="old_addresses", verbose_name=_("article")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("old address"), _("old addresses")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path


class Origin(models.Model):
    """The key of an article or a picture in the system it was imported from.

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

    class Meta:
        verbose_name, verbose_name_plural = _("origin"), _("origins")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, image__isnull=True)
                | Q(article__isnull=True, image__isnull=False),
                name="origin_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.key
