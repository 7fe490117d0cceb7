"""A stand-in until the app is merged."""

from django.db import models


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        return self.filter(title="")

    def for_lists(self) -> "ArticleQuerySet":
        return self


class Article(models.Model):
    title = models.CharField(max_length=1)
    objects = ArticleQuerySet.as_manager()
