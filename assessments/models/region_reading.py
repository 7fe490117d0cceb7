"""Articles offered after a result, chosen by an editor for a region of the plane."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class PlaneRegion(models.TextChoices):
    """Regions of the plane, named after the two dimensions and not after a type of person."""

    LOW_LOW = "low-low", _("anxiety low, avoidance low")
    HIGH_LOW = "high-low", _("anxiety high, avoidance low")
    LOW_HIGH = "low-high", _("anxiety low, avoidance high")
    HIGH_HIGH = "high-high", _("anxiety high, avoidance high")
    NEAR = "near", _("near the middle of one dimension or both")


class RegionReading(models.Model):
    """An article that is offered with results in a region."""

    region = models.CharField(_("region"), max_length=9, choices=PlaneRegion)
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="regions", verbose_name=_("article")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("reading after a result"), _("reading after results")
        ordering = ["region", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "article"], name="region_reading_once",
                violation_error_message=_("This article is already marked for this region."),
            ),
            models.CheckConstraint(
                condition=Q(region__in=["low-low", "high-low", "low-high", "high-high", "near"]),
                name="region_reading_region_is_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_region_display()}: {self.article}"
