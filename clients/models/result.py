"""What a record keeps of a client's results: those that are shared, and how they changed."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Attempt, Instrument


class SharedResultQuerySet(models.QuerySet["SharedResult"]):
    def unread(self) -> "SharedResultQuerySet":
        """Results that no therapist has opened since they were shared."""
        return self.filter(opened_at=None)


class SharedResult(models.Model):
    """A client's decision that their therapists may see one result. Deleted to stop sharing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="shared_results")
    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="sharing")
    shared_at = models.DateTimeField(default=timezone.now, editable=False)
    # Written by a trigger when the audit log records that a therapist opened this client's results.
    opened_at = models.DateTimeField(null=True, editable=False)

    objects = SharedResultQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("shared result"), _("shared results")
        ordering = ["-attempt__submitted_at"]
        indexes = [
            models.Index(fields=["client"], name="result_unread", condition=Q(opened_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.attempt_id}"

    def get_absolute_url(self) -> str:
        return reverse("client-result", args=[self.client_id, self.attempt_id])


class ReliableChangeQuerySet(models.QuerySet["ReliableChange"]):
    def higher(self) -> "ReliableChangeQuerySet":
        """Reliably higher than the first result."""
        return self.filter(since_first=ChangeVerdict.HIGHER)

    def unchanged(self) -> "ReliableChangeQuerySet":
        """No reliable change over three results or more."""
        return self.filter(unchanged=True)


class ChangeVerdict(models.TextChoices):
    """Deliberately lower and higher, never better and worse."""

    LOWER = "lower", _("reliably lower")
    NEITHER = "neither", _("no reliable change")
    HIGHER = "higher", _("reliably higher")
    UNKNOWN = "unknown", _("not known")


class ReliableChange(models.Model):
    """The comparison (`attempt_comparison`) of the latest shared result with the first one, and
    with no other: each further comparison would add false alarms.

    Recomputed whenever a result is shared or unshared, and by `manage.py recount`, so that lists
    can query thousands of clients. Only dimensions that were measured twice have a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="changes")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+")
    target = models.TextField(blank=True)
    scale = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    at = models.DateTimeField()
    since_first = models.CharField(max_length=10, choices=ChangeVerdict)
    # No reliable change over `RESULTS_WITHOUT_CHANGE` results, while no other dimension of the same
    # questionnaire is reliably lower.
    unchanged = models.BooleanField(default=False, db_default=False)

    objects = ReliableChangeQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("change"), _("changes")
        ordering = ["-at", "scale"]
        constraints = [
            models.UniqueConstraint(
                "client", "instrument", "target", "scale", name="change_once_a_dimension"
            )
        ]
        indexes = [
            models.Index(
                fields=["client"], name="change_higher",
                condition=Q(since_first="higher"),
            ),
            models.Index(
                fields=["client"], name="change_none_over_time", condition=Q(unchanged=True)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.client_id}: {self.scale} {self.since_first}"
