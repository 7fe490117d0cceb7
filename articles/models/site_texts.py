"""What the site says everywhere: its name, its menu, the words of its home page, its notices."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.library import Image


class SiteTextsQuerySet(models.QuerySet["SiteTexts"]):
    def newest(self) -> "SiteTexts | None":
        """The version that the site shows. One query."""
        return self.select_related("share_picture").order_by("-number").first()


class SiteTexts(models.Model):
    """One version: what the practice had written by then, and nothing of what it leaves to us."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    comment = models.CharField(_("comment"), max_length=200, blank=True)
    # The names are those of articles/site_texts/wording.py.
    texts = models.JSONField(_("texts"), default=dict)
    share_picture = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="shares",
        verbose_name=_("picture of shared links"),
        help_text=_("Shown with a link to a page that has no picture of its own. 1200 × 630 fits."),
    )  # fmt: skip

    objects = SiteTextsQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("version of the site’s texts"), _("site texts")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="site_texts_number_from_one")
        ]

    def __str__(self) -> str:
        return str(_("Version %(number)s") % {"number": self.number})
