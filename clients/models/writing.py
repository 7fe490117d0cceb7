"""What therapists write, and what clients let them see."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import Attempt


class SharedResult(models.Model):
    """A client's own decision that their therapist may see one result. Taken back by deleting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="shared_results")
    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="sharing")
    shared_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("shared result"), _("shared results")
        ordering = ["-attempt__submitted_at"]

    def __str__(self) -> str:
        return f"{self.client}: {self.attempt_id}"

    def get_absolute_url(self) -> str:
        return reverse("client-result", args=[self.client_id, self.attempt_id])


class NoteQuerySet(models.QuerySet["Note"]):
    def shared(self) -> "NoteQuerySet":
        return self.filter(audience=Note.Audience.SHARED)


class Note(models.Model):
    """What a therapist wrote: for the therapists of this client alone, or for the client too."""

    class Audience(models.TextChoices):
        PRIVATE = "private", _("Private: therapists only")
        SHARED = "shared", _("Shared: the client reads it too")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    audience = models.CharField(_("who reads it"), max_length=10, choices=Audience)
    text = models.TextField(_("note"), max_length=20_000)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("note"), _("notes")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {self.author}"
