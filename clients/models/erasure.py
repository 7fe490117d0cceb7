"""Requests for erasure, their answers, and what stays afterwards: opaque ids and anonymous
counts."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.encryption.fields import EncryptedModel, EncryptedQuerySet, EncryptedText
from accounts.models import User
from assessments.models import Instrument
from clients.models.path import Step


class ErasureRequestQuerySet(EncryptedQuerySet["ErasureRequest"]):
    def visible_to(self, user: User) -> "ErasureRequestQuerySet":
        """All requests, for managers, who decide them."""
        return self.all() if allows(user, Permission.MANAGE_PRACTICE) else self.none()

    def open(self) -> "ErasureRequestQuerySet":
        return self.filter(decided_at=None, taken_back_at=None)

    def granted(self) -> "ErasureRequestQuerySet":
        """Decided, and to be carried out by `manage.py erase`."""
        return self.filter(granted=True)


class ErasureRequest(EncryptedModel):
    """A client's request that the practice erase everything about them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="erasure_requests")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    granted = models.BooleanField(null=True)
    words = EncryptedText(_("answer to the client"), max_length=2000, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("request for erasure"), _("requests for erasure")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                "client", condition=Q(decided_at=None, taken_back_at=None), name="erasure_open_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="erasure_decided_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.asked_at:%Y-%m-%d}"


class Erasure(models.Model):
    """A tombstone of an erased client: two ids that refer to nothing. After a backup is restored,
    the same people are erased again by these ids."""

    client = models.UUIDField(primary_key=True, editable=False)
    user = models.UUIDField(editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("erasure"), _("erasures")

    def __str__(self) -> str:
        return str(self.client)


class AnonymousStatistic(models.Model):
    """An anonymous count that the practice's statistics keep after an erasure.

    It holds a month and no person. `somebody` is a new random id for each step, so that the stays
    of one path cannot be linked again.
    """

    class Kind(models.TextChoices):
        STAY = "stay", _("a finished stay on a step")
        ASKED = "asked", _("a first session asked for")
        BEGUN = "begun", _("a first session asked for and begun")
        CHANGE = "change", _("a change of a dimension")

    kind = models.CharField(max_length=10, choices=Kind)
    month = models.DateField()
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="+")
    days = models.FloatField(null=True)
    # For a change: the dimension of a questionnaire, and the verdict.
    instrument = models.ForeignKey(Instrument, models.CASCADE, null=True, related_name="+")
    scale = models.CharField(max_length=40, blank=True, default="", db_default="")
    verdict = models.CharField(max_length=10, blank=True, default="", db_default="")
    somebody = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name, verbose_name_plural = _("anonymous statistic"), _("anonymous statistics")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="stay", step__isnull=False, days__isnull=False)
                | (~Q(kind="stay") & Q(step=None, days=None)),
                name="kept_figure_has_its_numbers",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"
