"""What belongs to the client's own pages: what they bring to the next session, how the last
one was, and what is new."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import (
    EncryptedInteger,
    EncryptedModel,
    EncryptedQuerySet,
    EncryptedText,
)
from accounts.idempotency import IdempotencyKey
from accounts.models import User
from clients.models.note import Note
from clients.models.session import Session


class TalkingPointQuerySet(EncryptedQuerySet["TalkingPoint"]):
    def open(self) -> "TalkingPointQuerySet":
        """Not talked about yet, the oldest first."""
        return self.filter(talked_on=None).order_by("added_at").select_related("note")

    def talked_about(self) -> "TalkingPointQuerySet":
        return (
            self.exclude(talked_on=None).order_by("-talked_on", "-added_at").select_related("note")
        )


class TalkingPoint(EncryptedModel):
    """A thing that a client brings to the next session: their own words, a shared note, or both.

    The client changes or deletes it until a therapist marks it as talked about; then it stays as it
    is. Nobody is notified of it, and the client is told so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="talking_points")
    note = models.ForeignKey(Note, models.CASCADE, null=True, editable=False, related_name="+")
    text = EncryptedText(_("what I would like to talk about"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    idempotency_key = IdempotencyKey()
    talked_on = models.DateField(_("talked about on"), null=True, editable=False)
    talked_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = TalkingPointQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("talking point"), _("talking points")
        ordering = ["-added_at"]
        indexes = [
            models.Index(fields=["client"], name="talking_point_open", condition=Q(talked_on=None)),
        ]
        constraints = [
            models.UniqueConstraint("client", "idempotency_key", name="talking_point_added_once"),
            models.CheckConstraint(
                condition=Q(note__isnull=False) | Q(text__isnull=False),
                name="talking_point_says_something",
            ),
            models.CheckConstraint(
                condition=Q(talked_on=None, talked_by=None)
                | Q(talked_on__isnull=False, talked_by__isnull=False),
                name="talking_point_talked_about_with_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.added_at:%Y-%m-%d}"


# The columns of the three questions, which the project wrote itself, in order.
QUESTIONS = {
    "heard": _("Did you feel heard?"),
    "mattered": _("Did we work on what matters to you?"),
    "fitted": _("Did the way we worked suit you?"),
}


class CheckIn(EncryptedModel):
    """What a client answered about one session that was held. Each answer is one of `Step`, or None
    if it was left out. Nothing is computed of them."""

    class Step(models.IntegerChoices):
        NOT_AT_ALL = 1, _("Not at all")
        A_LITTLE = 2, _("A little")
        PARTLY = 3, _("Partly")
        MOSTLY = 4, _("Mostly")
        FULLY = 5, _("Fully")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="check_ins")
    session = models.OneToOneField(Session, models.CASCADE, related_name="check_in")
    heard = EncryptedInteger(QUESTIONS["heard"], null=True, blank=True, choices=Step)
    mattered = EncryptedInteger(QUESTIONS["mattered"], null=True, blank=True, choices=Step)
    fitted = EncryptedInteger(QUESTIONS["fitted"], null=True, blank=True, choices=Step)
    words = EncryptedText(_("Anything to add?"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    objects = EncryptedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("check-in"), _("check-ins")
        ordering = ["-answered_at"]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.answered_at:%Y-%m-%d}"


class ReadMark(models.Model):
    """When the client last opened their notes, a task, and the page with their next session.

    It is for the marks "New" on the client's own pages alone. Nobody else can read it, so that it
    does not become a way to watch who reads what, and when.
    """

    client = models.OneToOneField(
        "clients.Client", models.CASCADE, primary_key=True, related_name="read_mark"
    )
    notes_at = models.DateTimeField(null=True, editable=False)
    tasks_at = models.DateTimeField(null=True, editable=False)
    session_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return str(self.client_id)
