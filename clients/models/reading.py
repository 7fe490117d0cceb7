"""What to read on a step: a link between the path and the articles, which know nothing of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from clients.models.path import Step


class StepReading(models.Model):
    """An article that belongs to a step: the client finds it there as reading."""

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
                violation_error_message=_("This article is on this step already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.step}: {self.article}"
