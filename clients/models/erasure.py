"""Asking to be erased, the answer, and what stays afterwards: opaque ids and bare numbers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.models import User
from accounts.sealed_fields import EncryptedModel, EncryptedQuerySet, EncryptedText
from assessments.models import Instrument
from clients.models.path import Step


class ErasureRequestQuerySet(EncryptedQuerySet["ErasureRequest"]):
    def visible_to(self, user: User) -> "ErasureRequestQuerySet":
        """Those who manage the practice decide; the law of the land comes first."""
        return self.all() if allows(user, Permission.MANAGE_PRACTICE) else self.none()

    def open(self) -> "ErasureRequestQuerySet":
        return self.filter(decided_at=None, taken_back_at=None)

    def granted(self) -> "ErasureRequestQuerySet":
        """Decided, and to be carried out by `manage.py erase`."""
        return self.filter(granted=True)


class ErasureRequest(EncryptedModel):
    """A client asks that the practice keep nothing about them any more."""

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
    """That somebody was erased: ids that lead nowhere. A restored backup is brought up by them."""

    client = models.UUIDField(primary_key=True, editable=False)
    user = models.UUIDField(editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("erasure"), _("erasures")

    def __str__(self) -> str:
        return str(self.client)


class AnonymousStatistic(models.Model):
    """A bare number that the practice's figures still count after an erasure.

    It knows a month and no person; `somebody` is drawn anew for each step, so that the stays of
    one path can't be put together again.
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
    # Of a change: which questionnaire's dimension, and what was told of it.
    instrument = models.ForeignKey(Instrument, models.CASCADE, null=True, related_name="+")
    scale = models.CharField(max_length=40, blank=True, default="", db_default="")
    told = models.CharField(max_length=10, blank=True, default="", db_default="")
    somebody = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name, verbose_name_plural = _("kept figure"), _("kept figures")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="stay", step__isnull=False, days__isnull=False)
                | (~Q(kind="stay") & Q(step=None, days=None)),
                name="kept_figure_has_its_numbers",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"
