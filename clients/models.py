"""Clients, who cares for them, the seven steps, and what happened on the way."""

import tomllib
import uuid
from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.models import User
from articles.models import Article
from assessments.models import Attempt
from clients import journey


class Step(models.Model):
    """One of the seven: its texts are the practice's to edit, its number and order are not."""

    number = models.PositiveSmallIntegerField(_("number"), primary_key=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200, help_text=_("For the front page."))
    therapist_aim = models.TextField(_("aim"))
    therapist_involves = models.TextField(_("what it involves"))
    therapist_signs = models.TextField(_("signs that it is done"))
    client_about = models.TextField(_("for the client: what it is about"))
    client_involves = models.TextField(_("for the client: what we do"))
    client_signs = models.TextField(_("for the client: how we know it is done"))

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
        """The seven rows, with the texts they come with; edited ones stay as they are."""
        text = (Path(__file__).parent / "steps.toml").read_text(encoding="utf-8")
        rows: list[Step] = [cls(**row) for row in tomllib.loads(text)["step"]]
        Step.objects.using(using).bulk_create(rows, ignore_conflicts=True)


class StepReading(models.Model):
    """An article that belongs to a step: the client finds it there as reading."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="reading", verbose_name=_("step"))
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="steps", verbose_name=_("article")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("reading on a step"), _("reading on the steps")
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "article"],
                name="step_reading_once",
                violation_error_message=_("This article is on this step already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.article}"


class CareLinkQuerySet(models.QuerySet["CareLink"]):
    def current(self, at: datetime | None = None) -> "CareLinkQuerySet":
        """Links that hold at a moment: from their start up to, not including, their end."""
        at = at or timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)


class ClientQuerySet(models.QuerySet["Client"]):
    def of(self, user: User) -> "Client | None":
        """The person's own record. One query."""
        return self.filter(user=user).first() if user.is_authenticated else None

    def visible_to(self, user: User, at: datetime | None = None) -> "ClientQuerySet":
        """Whole records: those of a therapist's current care links, and nobody else's."""
        if not allows(user, Permission.SEE_CASELOAD):
            return self.none()
        links = CareLink.objects.current(at).filter(client=OuterRef("pk"), therapist=user)
        return self.filter(Exists(links))

    def listed_to(self, user: User) -> "ClientQuerySet":
        """Who is a client at all, for those who manage people; nothing clinical comes along."""
        return self.all() if allows(user, Permission.MANAGE_PRACTICE) else self.none()

    def with_path(self) -> "ClientQuerySet":
        """Everything that `client.journey` needs. One query more, whatever the rows."""
        return self.select_related("user").prefetch_related(
            Prefetch("step_events", StepEvent.objects.order_by("sequence"))
        )

    def with_results(self) -> "ClientQuerySet":
        """The shared results, newest first, ready to read. Five queries, whatever the rows."""
        attempts = Prefetch("attempt", Attempt.objects.for_reading())
        return self.prefetch_related(
            Prefetch("shared_results", SharedResult.objects.prefetch_related(attempts))
        )

    def with_step(self) -> "ClientQuerySet":
        """Annotates `step_number` and `step_since`, for sorting and filtering in the database."""
        last = StepEvent.objects.filter(client=OuterRef("pk")).order_by("-sequence")
        return self.annotate(
            step_number=Subquery(last.values("step")[:1]),
            step_since=Subquery(last.values("at")[:1]),
        )


class Client(models.Model):
    """A person in care. Where they are on the path follows from their step events."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="client")
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("client"), _("clients")
        ordering = ["user__name"]

    def __str__(self) -> str:
        return self.user.name

    def get_absolute_url(self) -> str:
        return reverse("client", args=[self.pk])

    @cached_property
    def journey(self) -> journey.Journey:
        """One query if the step events are not loaded."""
        events = [
            journey.Event(e.sequence, e.step_id, e.at, e.reason) for e in self.step_events.all()
        ]
        return journey.replay(events)


class CareLink(models.Model):
    """A therapist cares for a client, from a moment up to, not including, another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="care_links")
    therapist = models.ForeignKey(User, models.PROTECT, related_name="care_links")
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = CareLinkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("care link"), _("care links")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="care_link_ends_after_it_starts",
                violation_error_message=_("A care link ends after it starts."),
            ),
            ExclusionConstraint(
                name="care_link_once_at_a_time",
                violation_error_message=_("This therapist already cares for this client then."),
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    ("therapist", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", RangeBoundary(), function="TSTZRANGE",
                             output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.therapist} – {self.client}"


class StepEvent(models.Model):
    """One move on the path: a dated fact with its author and reason. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="step_events")
    sequence = models.PositiveIntegerField()
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("move"), _("moves")
        ordering = ["client", "sequence"]
        constraints = [
            # Two movers at once: the second finds its place taken.
            models.UniqueConstraint("client", "sequence", name="step_event_one_a_place"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="step_event_counts_from_1"),
            models.CheckConstraint(
                condition=~Q(sequence=1) | Q(step=journey.FIRST), name="step_event_starts_on_step_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.step_id}"


class SharedResult(models.Model):
    """A client's own decision that their therapist may see one result. Taken back by deleting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="shared_results")
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
    client = models.ForeignKey(Client, models.CASCADE, related_name="notes")
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
