"""The history of an article: a version of every save, and work that is not saved yet."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.publication import Version, VersionQuerySet


class Revision(Version):
    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions")

    objects = VersionQuerySet["Revision"].as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("version"), _("versions")
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint("article", "number", name="revision_one_a_number"),
            models.CheckConstraint(
                condition=~Q(step="returned") | ~Q(comment=""), name="revision_return_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.number}"


class UnsavedQuerySet(models.QuerySet["Unsaved"]):
    def of(self, article: Article | None, by: object) -> "UnsavedQuerySet":
        """This person's own work on the article, or on a new one if it is None."""
        return self.filter(article=article, by=by)


class Unsaved(models.Model):
    """An editor's unsaved work on an article: the content of the form.

    One row for each person, article and form: two tabs keep a row each.
    """

    article = models.ForeignKey(
        Article, models.CASCADE, null=True, related_name="unsaved", verbose_name=_("article")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by")
    )
    # Which form it was typed into.
    key = models.CharField(_("form"), max_length=16, blank=True, default="", db_default="")
    at = models.DateTimeField(_("when"), auto_now=True)
    content = models.JSONField(_("content"))
    # Somebody else had saved in the meantime: both texts stay until one of them is chosen.
    conflict = models.BooleanField(_("conflict"), default=False)

    objects = UnsavedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("unsaved work"), _("unsaved work")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "by", "key"], nulls_distinct=False, name="unsaved_one_a_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.by_id}"


class Word(models.Model):
    """A word of a public article, to which a mistyped search word can be corrected.

    A database trigger adds the words when articles are written; nothing else writes this table.
    """

    word = models.CharField(_("word"), max_length=40, primary_key=True)

    class Meta:
        verbose_name, verbose_name_plural = _("word"), _("words")
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="word_trigrams")]

    def __str__(self) -> str:
        return self.word
