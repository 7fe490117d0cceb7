"""Sessions: planned, held, missed or moved to another time."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SessionQuerySet(models.QuerySet["Session"]):
    def coming(self, now: datetime | None = None) -> "SessionQuerySet":
        """Planned ones that have not begun, the next one first."""
        planned = self.filter(state=Session.State.PLANNED, at__gte=now or timezone.now())
        return planned.order_by("at")

    def to_record(self, now: datetime | None = None) -> "SessionQuerySet":
        """Planned ones whose time has come: somebody has to say what became of them."""
        return self.filter(state=Session.State.PLANNED, at__lt=now or timezone.now())

    def held(self) -> "SessionQuerySet":
        return self.filter(state=Session.State.HELD).order_by("-at")


class Session(models.Model):
    """One meeting of a client and a therapist. What was said in it stands in notes."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        MISSED = "missed", _("missed")
        MOVED = "moved", _("moved or called off")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="sessions")
    therapist = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["client", "-at"], name="session_of_a_client"),
            models.Index(fields=["at"], name="session_planned", condition=Q(state="planned")),
        ]
        constraints = [
            models.UniqueConstraint("client", "at", name="session_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="planned", recorded_at=None)
                | (~Q(state="planned") & Q(recorded_at__isnull=False)),
                name="session_recorded_once_it_is_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
