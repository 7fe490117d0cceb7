"""Reviews from outside: a person without an account reads one article by a secret link."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.idempotency import IdempotencyKey
from articles.models.article import Article

# How long a link works: at first, and at most.
USUAL_DAYS, MOST_DAYS = 7, 30
MOST_COMMENTS = 100


class OutsideReviewQuerySet(models.QuerySet["OutsideReview"]):
    def by_key(self, key: str) -> "OutsideReviewQuerySet":
        return self.filter(key_hash=OutsideReview.hash(key))

    def delivered(self, now: datetime | None = None) -> Any:
        """Those of which no comment changes any more, newest first, with `waiting`: how many of
        their comments no editor has dealt with."""
        over = Q(finished_at__isnull=False) | ~Q(called_off_at=None)
        ended = over | Q(ends_at__lte=now or timezone.now())
        waiting = Count("comments", filter=Q(comments__done_at=None))
        return self.filter(ended).annotate(waiting=waiting).order_by("-asked_at")


class OutsideReview(models.Model):
    """An editor asked somebody to read an article. Only the hash of the link's key is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="outside_reviews")
    reviewer = models.CharField(_("name of the reviewer"), max_length=120)
    words = models.CharField(_("a few words for them"), max_length=500, blank=True)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("asked by"),
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("the link works until"))
    called_off_at = models.DateTimeField(_("called off"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = OutsideReviewQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("review from outside"), _("reviews from outside")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reviewer=""), name="outside_review_has_a_name"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("asked_at"))
                & Q(ends_at__lte=F("asked_at") + timedelta(days=MOST_DAYS)),
                name="outside_review_ends_in_time",
            ),
            models.CheckConstraint(
                condition=Q(called_off_at=None) | Q(finished_at=None),
                name="outside_review_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer}, {self.asked_at:%Y-%m-%d}"

    @staticmethod
    def hash(key: str) -> str:
        """Plain SHA-256 is enough, because keys are long and random."""
        return hashlib.sha256(key.encode()).hexdigest()

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether comments may still be written and changed."""
        closed = self.called_off_at or self.finished_at
        return closed is None and self.ends_at > (now or timezone.now())


class OutsideComment(models.Model):
    """What a reviewer wrote about one passage, with the passage's words at that time."""

    class About(models.TextChoices):
        WHOLE = "whole", _("The article as a whole")
        TITLE = "title", _("Title")
        EXCERPT = "excerpt", _("Excerpt")
        BODY = "body", _("Text")
        NOTES = "notes", _("Notes")
        SOURCES = "sources", _("Sources")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(OutsideReview, models.CASCADE, related_name="comments")
    about = models.CharField(_("about"), max_length=8, choices=About)
    quote = models.TextField(_("passage"), max_length=2000, blank=True)
    text = models.TextField(_("comment"), max_length=4000)
    at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    # Of the form in which it was written: sent twice, it is one comment.
    key = IdempotencyKey()
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = _("comment from outside"), _("comments from outside")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint("review", "key", name="outside_comment_sent_once"),
            models.CheckConstraint(condition=~Q(text=""), name="outside_comment_says_something"),
            models.CheckConstraint(
                condition=Q(about__in=["whole", "title", "excerpt", "body", "notes", "sources"]),
                name="outside_comment_is_about_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def anchor(self) -> str:
        """Its place in a page's address."""
        return f"c-{self.pk}"
