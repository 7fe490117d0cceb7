"""The seven steps and what to read on them, each client's events on the path, and marks of what
was done for safety."""

import tomllib
import uuid
from datetime import date
from pathlib import Path

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import EncryptedModel, EncryptedQuerySet, EncryptedText
from accounts.models import User
from accounts.validators import year_makes_sense
from articles.models import Article
from clients import journey


class Step(models.Model):
    """One of the seven steps. The practice can edit its texts, but not its number and order."""

    number = models.PositiveSmallIntegerField(_("number"), primary_key=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200, help_text=_("For the front page."))
    therapist_aim = models.TextField(_("aim"))
    therapist_involves = models.TextField(_("what it involves"))
    therapist_holds = models.TextField(
        _("when to hold back"), blank=True, db_default="",
        help_text=_("What comes first, what waits, and what to do if it is worse or unchanged."),
    )  # fmt: skip
    therapist_signs = models.TextField(_("signs that it is done"))
    client_about = models.TextField(_("for the client: what it is about"))
    client_involves = models.TextField(_("for the client: what we do"))
    client_signs = models.TextField(_("for the client: how we know it is done"))
    # Set by `manage.py recount`: the median and the third quartile of all finished stays. Empty
    # while fewer than five people have finished one.
    usual_days = models.PositiveIntegerField(null=True, editable=False)
    long_days = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("step"), _("steps")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=journey.FIRST, number__lte=journey.LAST),
                name="step_one_of_seven",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @classmethod
    def ensure_all(cls, using: str) -> None:
        """Creates missing rows with their initial texts. Existing rows are not changed."""
        text = (Path(__file__).parent.parent / "steps.toml").read_text(encoding="utf-8")
        rows: list[Step] = [cls(**row) for row in tomllib.loads(text)["step"]]
        Step.objects.using(using).bulk_create(rows, ignore_conflicts=True)


class LibraryEntry(models.Model):
    """An entry of a library that the practice shares: every therapist may change it, and everybody
    sees who did so last."""

    changed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("changed by"),
    )  # fmt: skip
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)

    class Meta:
        abstract = True


class StepReading(models.Model):
    """An article that clients on a step are offered to read. Articles know nothing of the path."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="reading", verbose_name=_("step"))
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="steps", verbose_name=_("article")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("reading on a step"), _("reading on the steps")
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "article"], name="step_reading_once",
                violation_error_message=_("This article is already on this step."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.step}: {self.article}"


class StepEventQuerySet(EncryptedQuerySet["StepEvent"]):
    def with_undone(self) -> "StepEventQuerySet":
        """Annotates `undone`: whether the event is a move that was undone."""
        following = {"client": OuterRef("client"), "sequence": OuterRef("sequence") + 1}
        undoing = StepEvent.objects.filter(**following, kind=journey.Kind.UNDO.value)
        return self.annotate(undone=Exists(undoing))


class StepEvent(EncryptedModel):
    """One event on the path with its time, author and reason: a move, a pause, a close or a resume,
    or the undoing of the move before it. It is never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="step_events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(
        _("kind"), max_length=10, choices=[(k.value, k.value) for k in journey.Kind],
        default=journey.Kind.MOVE.value,
    )  # fmt: skip
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = EncryptedText(_("reason"), blank=True)

    objects = StepEventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("move"), _("moves")
        ordering = ["client", "sequence"]
        constraints = [
            # If two people move a client at once, the second finds the sequence number taken.
            models.UniqueConstraint("client", "sequence", name="step_event_one_a_place"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="step_event_counts_from_1"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in journey.Kind]),
                name="step_event_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(sequence=1) | Q(step=journey.FIRST, kind="move"),
                name="step_event_starts_on_step_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.step_id}"


class SafetyMarkQuerySet(models.QuerySet["SafetyMark"]):
    def latest_days(self) -> "models.QuerySet[SafetyMark, tuple[str, date]]":
        """Each kind that was marked, with the latest day."""
        return self.order_by().values_list("kind").annotate(latest=Max("on"))


class SafetyMark(models.Model):
    """That something was asked or practised, and on which day. What was said is in the notes.

    Only therapists read it: a person who looks over a client's shoulder, or opens their download,
    must not learn that violence was asked about.
    """

    class Kind(models.TextChoices):
        REVIEWED = "reviewed", _("Safety was reviewed")
        VIOLENCE_ASKED = (
            "violence asked",
            _("Violence and coercion were asked about, with the client alone"),
        )
        SETTLING_PRACTISED = "settling practised", _("A way to settle was practised")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="safety_marks")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    on = models.DateField(_("on"), validators=[year_makes_sense])
    by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = SafetyMarkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("safety mark"), _("safety marks")
        ordering = ["-on", "-at"]
        constraints = [
            # A form that is sent twice leaves one mark of each kind.
            models.UniqueConstraint("client", "kind", "on", "by", name="safety_mark_once_a_day"),
            models.CheckConstraint(
                condition=Q(kind__in=["reviewed", "violence asked", "settling practised"]),
                name="safety_mark_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.kind}"
