"""The results that clients share with their therapists."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Attempt


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
