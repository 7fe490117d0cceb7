"""A client's request that the practice call them, in working hours."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.contact_details import phone_numbers
from accounts.encryption.fields import EncryptedLine, EncryptedModel, EncryptedQuerySet
from accounts.encryption.unreadable import Placeholder
from accounts.models import User


class CallbackQuerySet(EncryptedQuerySet["Callback"]):
    def waiting(self) -> "CallbackQuerySet":
        """Asked for, and neither done nor withdrawn; the longest wait first."""
        return self.filter(done_at=None, withdrawn_at=None).order_by("asked_at")

    def waiting_or_done_since(self, at: datetime) -> "CallbackQuerySet":
        """Those done last come last, after those that wait, the longest wait first."""
        waiting = Q(done_at=None, withdrawn_at=None)
        order = (F("done_at").asc(nulls_first=True), "asked_at")
        return self.filter(waiting | Q(done_at__gte=at)).order_by(*order)


class Callback(EncryptedModel):
    """Asked for by the client, taken by somebody of the practice, then done.

    It asks for a number and a good time only, never for the reason: nobody reads it at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="callbacks")
    number = EncryptedLine(_("the number to call"), max_length=30)
    good_time = EncryptedLine(_("a good time"), max_length=120, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    objects = CallbackQuerySet.as_manager()

    # Whether the reader may answer it: set by `callbacks.queries.listed`.
    may_answer = False

    class Meta:
        verbose_name, verbose_name_plural = _("call asked for"), _("calls asked for")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                "client", condition=Q(done_at=None, withdrawn_at=None), name="callback_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="callback_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None)
                | Q(done_by__isnull=False, done_at__isnull=False),
                name="callback_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(withdrawn_at=None),
                name="callback_not_done_and_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.asked_at:%Y-%m-%d}"

    @property
    def is_waiting(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None

    @property
    def dialled(self) -> str:
        """What a telephone dials; "" if the number cannot be decrypted."""
        return "" if isinstance(self.number, Placeholder) else phone_numbers.dialled(self.number)
