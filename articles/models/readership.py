"""How often articles are read, and what is looked for in vain. Nothing here is about a reader."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class ReaderCount(models.Model):
    """One article on one day of the practice."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="reader_counts")
    day = models.DateField(_("day"))
    views = models.PositiveIntegerField(_("views"), default=0)
    helpful = models.PositiveIntegerField(_("found it helpful"), default=0)
    unhelpful = models.PositiveIntegerField(_("did not find it helpful"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("count of readers"), _("counts of readers")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint("article", "day", name="reader_count_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.day}"


class MissedSearch(models.Model):
    """Words that found no article, and on how many days somebody looked for them."""

    words = models.CharField(_("words"), max_length=50, unique=True)
    days = models.PositiveIntegerField(_("on so many days"), default=1)
    first_on = models.DateField(_("first"))
    last_on = models.DateField(_("last"))

    class Meta:
        verbose_name, verbose_name_plural = _("search without result"), _("searches without result")
        ordering = ["-days", "-last_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="missed_search_has_words"),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="missed_search_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.words
