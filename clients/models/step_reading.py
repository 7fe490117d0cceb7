"""The reading for each step. Articles know nothing of the path."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from clients.models.path import Step


class StepReading(models.Model):
    """An article that clients on a step are offered to read."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="reading", verbose_name=_("step"))
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="steps", verbose_name=_("article")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("reading on a step"), _("reading on the steps")
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "article"], name="step_reading_once",
                violation_error_message=_("This article is already on this step."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.step}: {self.article}"
