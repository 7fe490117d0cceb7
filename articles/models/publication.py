"""What articles and pages have in common: a status and a date, and versions of what was saved."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.richtext import RichTextField

_Published = TypeVar("_Published", bound="Publication", covariant=True)


class PublicationQuerySet(models.QuerySet[_Published]):
    def published(self, now: datetime | None = None) -> Self:
        """Those that readers may see, newest first; scheduled ones once their time has come."""
        return self.filter(
            status__in=Publication.PUBLIC, publish_at__lte=now or timezone.now()
        ).order_by("-publish_at", "-pk")


class Publication(models.Model):
    """A text with the workflow of articles/publishing/. Its status and the time decide whether
    readers may see it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    PUBLIC = (Status.SCHEDULED, Status.PUBLISHED)

    slug: Any  # Each kind has limits of its own.
    title = models.CharField(_("title"), max_length=160)
    body = RichTextField(_("text"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    publish_at = models.DateTimeField(
        _("date of publication"), null=True, blank=True,
        help_text=_("Readers see this date. To schedule it, choose a future date and time."),
    )  # fmt: skip
    # The name of its picture for shared links in the media storage (articles/share_pictures.py);
    # empty until it is published.
    shared_as = models.CharField(
        _("picture of shared links"), max_length=60, blank=True, default="", db_default="",
        editable=False,
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    # The stored versions: `Revision` or `PageVersion`.
    revisions: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Redirects the old address if the slug changes. One more query for a stored text."""
        with transaction.atomic():
            old_slug = self.stored_slug()
            super().save(*args, **kwargs)
            if old_slug and old_slug != self.slug:
                self.redirect_from(old_slug)

    @property
    def opts(self) -> Any:
        """What it is, for templates, which cannot read `_meta`."""
        return self._meta

    @property
    def version(self) -> str:
        """The time of the last save, used as an optimistic lock; empty for a new text."""
        return self.changed_at.isoformat() if self.pk else ""

    @property
    def drawn_picture(self) -> str:
        """The path of the picture with its title; empty if none was drawn."""
        return f"{settings.MEDIA_URL}{self.shared_as}" if self.shared_as else ""

    def redirect_from(self, old_slug: str) -> None:
        raise NotImplementedError

    def stored_slug(self) -> str | None:
        if self._state.adding or not self.pk:
            return None
        rows: Any = type(self)._default_manager.filter(pk=self.pk)
        stored: str | None = rows.values_list("slug", flat=True).first()
        return stored

    def is_public(self, now: datetime | None = None) -> bool:
        return (
            self.status in self.PUBLIC
            and self.publish_at is not None
            and self.publish_at <= (now or timezone.now())
        )

    def is_gone(self, now: datetime | None = None) -> bool:
        """Whether readers could see it once and no longer can. One query if it is in review or
        scheduled, which may be the way back from a withdrawal."""
        seen = self._seen_from(now or timezone.now())
        return seen is not None and not self.is_public(now)

    def _seen_from(self, now: datetime) -> datetime | None:
        """From when on readers saw a text that was withdrawn since; None for any other."""
        at = self.publish_at if self.status == self.Status.WITHDRAWN else self._withdrawn_with()
        return at if at and at <= now else None

    def _withdrawn_with(self) -> datetime | None:
        """The date of publication that it had when it was withdrawn last."""
        if self._state.adding or self.status not in (self.Status.REVIEW, self.Status.SCHEDULED):
            return None
        kept = self.revisions.filter(content__status=self.Status.WITHDRAWN).order_by("-number")
        at = kept.values_list("content__publish_at", flat=True).first()
        return datetime.fromisoformat(at) if at else None

    def state(self, now: datetime | None = None) -> Status:
        """The present status: a scheduled text whose time has come is published."""
        return self.Status.PUBLISHED if self.is_public(now) else self.Status(self.status)

    def publish(self, now: datetime) -> None:
        """Publishes it now; an earlier date of publication stays."""
        self.status = self.Status.PUBLISHED
        if self.publish_at is None or self.publish_at > now:
            self.publish_at = now

    def schedule(self, now: datetime) -> None:
        """Schedules it for its date of publication, which must be in the future."""
        if self.publish_at is None or self.publish_at <= now:
            raise ValidationError(
                {"publish_at": _("To schedule it, choose a future date and time.")}
            )
        self.status = self.Status.SCHEDULED

    def withdraw(self, now: datetime) -> None:
        """Withdraws it from readers; a text that they never saw becomes a draft again."""
        if self.is_public(now):
            self.status = self.Status.WITHDRAWN
        else:
            self.put_back(now)

    def put_back(self, now: datetime) -> None:
        """Out of review, or out of the calendar: a draft again, or withdrawn again if readers saw
        it once. A page that was public keeps saying so, and is never deleted."""
        seen = self._seen_from(now)
        self.status = self.Status.WITHDRAWN if seen else self.Status.DRAFT
        self.publish_at = seen or self.publish_at


_Kept = TypeVar("_Kept", bound="Version", covariant=True)


class VersionQuerySet(models.QuerySet[_Kept]):
    def listed(self) -> Self:
        """Newest first, with their editors and without the texts."""
        return self.select_related("by").defer("content").order_by("-number")


class Version(models.Model):
    """One save: the content afterwards, its editor, and the step that was taken."""

    class Step(models.TextChoices):
        ORIGINAL = "found", _("as it was before")
        SAVED = "saved", _("saved")
        SUBMITTED = "submitted", _("sent to review")
        RETURNED = "returned", _("sent back")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RESTORED = "restored", _("restored")
        REVIEWED = "reviewed", _("reviewed, nothing changed")

    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    step = models.CharField(_("what"), max_length=10, choices=Step, default=Step.SAVED)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    content = models.JSONField(_("content"))

    class Meta:
        abstract = True
