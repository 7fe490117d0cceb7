"""What a client wants to reach, in their own words, and how near to it they say they are."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Prefetch, Q
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

# How many goals a client has at a time, and the ends of the line on which they rate them.
MOST, LOWEST, HIGHEST = 3, 0, 10


class GoalQuerySet(EncryptedQuerySet["Goal"]):
    def open(self) -> "GoalQuerySet":
        return self.filter(ended_at=None).order_by("place")

    def ended(self) -> "GoalQuerySet":
        """Reached or set aside."""
        return self.filter(ending__in=[Goal.Ending.REACHED, Goal.Ending.SET_ASIDE])

    def with_ratings(self) -> "GoalQuerySet":
        """Each with its ratings, oldest first. Two queries."""
        ratings = GoalRating.objects.order_by("rated_on")
        return self.select_related("written_by").prefetch_related(Prefetch("ratings", ratings))


class Goal(EncryptedModel):
    """One wording of a goal. It is never rewritten: when a goal is reworded, this row ends and a
    new one `replaces` it, so that every rating stays with the words that were rated.

    `place`, 1 to 3, is free again once the goal has ended.
    """

    class Ending(models.TextChoices):
        REACHED = "reached", _("reached")
        SET_ASIDE = "set aside", _("set aside")
        REWORDED = "reworded", _("reworded")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="goals")
    place = models.PositiveSmallIntegerField(editable=False)
    text = EncryptedText(_("goal"), max_length=300)
    replaces = models.OneToOneField(
        "self", models.CASCADE, null=True, editable=False, related_name="replaced_by"
    )
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    ending = models.CharField(max_length=10, choices=Ending, blank=True, default="")
    ended_at = models.DateTimeField(null=True, editable=False)
    idempotency_key = IdempotencyKey()

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("goal"), _("goals")
        ordering = ["written_at"]
        constraints = [
            models.UniqueConstraint("client", "idempotency_key", name="goal_set_once"),
            models.UniqueConstraint(
                "client", "place", condition=Q(ended_at=None), name="goal_one_in_each_place"
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST), name="goal_three_places"
            ),
            models.CheckConstraint(
                condition=Q(ending="", ended_at=None)
                | Q(ending__in=["reached", "set aside", "reworded"], ended_at__isnull=False),
                name="goal_ends_in_a_known_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.place} {self.written_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def by_client(self) -> bool:
        """Whether the client wrote it, and no therapist with them. Load the client."""
        return self.written_by_id == self.client.user_id


class GoalRating(EncryptedModel):
    """How near to a goal the client says that they are, on one day; the last word of that day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="goal_ratings")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="ratings")
    value = EncryptedInteger(
        _("rating"), validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
    )
    rated_on = models.DateField()
    rated_at = models.DateTimeField(default=timezone.now)

    objects = EncryptedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("rating of a goal"), _("ratings of goals")
        ordering = ["rated_on"]
        constraints = [
            models.UniqueConstraint("goal", "rated_on", name="goal_rated_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.rated_on}"
