"""Attempts, answers and results."""

import base64
import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import (
    EncryptedInteger,
    EncryptedJSON,
    EncryptedLine,
    EncryptedModel,
    EncryptedQuerySet,
)
from accounts.models import User
from assessments.instruments.definition import Instrument as Questionnaire
from assessments.models.instrument import InstrumentVersion
from assessments.scoring import engine

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person: TypeAlias = User | AnonymousUser


def new_key() -> str:
    """A key of 256 random bits, 43 characters. Anyone who has it can open the anonymous attempt."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """The hash by which a key is stored and looked up. Plain SHA-256 is enough, because keys are
    long and random."""
    digest = hashlib.sha256(key.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of_none() -> str:
    """The hash of a key that nobody knows: the attempt opens for its owner alone, by its id."""
    return hash_of(new_key())


def id_in(key: str) -> uuid.UUID | None:
    """The id, if a URL names an attempt by its id, as it does for the owner alone."""
    try:
        return uuid.UUID(key) if len(key) == 36 else None
    except ValueError:
        return None


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, user: "Person") -> "AttemptQuerySet":
        """A person's own attempts. The clients app decides which others a therapist may see."""
        return self.of(user) if user.is_authenticated else self.none()

    def of(self, user: "Person") -> "AttemptQuerySet":
        return self.filter(user=user.pk) if user.pk else self.none()

    def opened_by(self, key: str, user: "Person") -> "AttemptQuerySet":
        """The attempt that a URL names: by its key, or one of the person's own by its id."""
        pk = id_in(key)
        return self.of(user).filter(pk=pk) if pk else self.filter(key_hash=hash_of(key))

    def submitted(self) -> "AttemptQuerySet":
        """Newest first."""
        return self.filter(submitted_at__isnull=False).order_by("-submitted_at")

    def unfinished(self, user: "Person", slug: str) -> "AttemptQuerySet":
        """A person's attempts of an instrument that can be taken up, newest first. Answers that are
        older than `Attempt.TAKEN_UP_WITHIN` are about another time."""
        since = timezone.now() - Attempt.TAKEN_UP_WITHIN
        mine = self.of(user).filter(submitted_at=None, version__instrument__slug=slug)
        return mine.filter(started_at__gte=since).order_by("-started_at")

    def anonymous(self) -> "AttemptQuerySet":
        return self.filter(user=None)

    def of_family(self, slug: str) -> "AttemptQuerySet":
        """Submitted attempts of an instrument, in all its versions and languages, oldest first."""
        return self.filter(version__instrument__slug=slug, submitted_at__isnull=False).order_by(
            "submitted_at", "pk"
        )

    def for_reading(self) -> "AttemptQuerySet":
        """Loads all that `results.context.read` needs. Three more queries, however many rows."""
        return self.select_related("version__instrument").prefetch_related(
            "answers", "results", "version__facts"
        )


class Attempt(models.Model):
    """One person's taking of one version."""

    DATA_SUBJECT = Coalesce(F("user_id"), F("id"))
    TAKEN_UP_WITHIN = timedelta(days=28)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Only the hash is stored, so a stolen dump opens no attempt on the site.
    key_hash = models.CharField(
        db_column="key", max_length=43, unique=True, default=hash_of_none, editable=False
    )
    version = models.ForeignKey(InstrumentVersion, models.PROTECT, related_name="attempts")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="attempts")
    # The relationship it is about, one of the version's `targets`; "" if the version has none.
    target = models.TextField(blank=True, default="", db_default="")
    adult = models.BooleanField()
    consented_at = models.DateTimeField()
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    # Whether its answers are in the totals of its version (`GroupTotals`).
    counted = models.BooleanField(default=False, db_default=False, editable=False)

    objects: ClassVar[AttemptQuerySet] = AttemptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name, verbose_name_plural = _("attempt"), _("attempts")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["user", "-submitted_at"], name="attempt_of_a_person")]
        constraints = [
            models.CheckConstraint(condition=Q(adult=True), name="attempt_by_an_adult"),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(submitted_at__gte=F("started_at")),
                name="attempt_submitted_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        # This text may end up in a log, so it contains neither the key nor the person.
        return f"attempt {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("attempt", args=[self.key])

    def get_result_url(self) -> str:
        return reverse("attempt-result", args=[self.key])

    @property
    def key(self) -> str:
        """The key for URLs if it is known, because the attempt was just created or was opened with
        it; otherwise the id, which opens for the owner alone."""
        return self.__dict__.get("_key") or str(self.pk)

    @key.setter
    def key(self, key: str) -> None:
        self.__dict__["_key"] = key

    @property
    def data_subject(self) -> uuid.UUID:
        """Whose data key encrypts its answers and results: the owner's, or its own without one."""
        return self.user_id or self.pk

    @property
    def questionnaire(self) -> Questionnaire:
        return self.version.questionnaire

    @property
    def expires_at(self) -> datetime | None:
        """When an attempt without an owner is deleted; None if it has an owner."""
        days = timedelta(days=settings.ANONYMOUS_ATTEMPT_DAYS)
        return None if self.user_id else self.started_at + days

    @property
    def choices(self) -> dict[str, int | None]:
        """The choices by item id; None for an item skipped on purpose.

        One query if the answers are not prefetched.
        """
        return {answer.item_id: answer.value for answer in self.answers.all()}

    @property
    def answers_by_item(self) -> dict[str, int]:
        """The answers that are scored, by item id. One query if they are not prefetched."""
        return {item: value for item, value in self.choices.items() if value is not None}

    @property
    def sequence(self) -> int:
        """The highest sequence number of any answer; 0 if there are none."""
        return max((answer.sequence for answer in self.answers.all()), default=0)

    @property
    def unreadable(self) -> bool:
        """Whether an answer or a result cannot be decrypted, so that nothing is shown or scored.

        Two queries if they are not prefetched.
        """
        return any(row.unreadable for row in (*self.answers.all(), *self.results.all()))

    @property
    def result(self) -> "Result | None":
        """The latest result; None before submission. One query if they are not prefetched."""
        return max(self.results.all(), key=lambda result: result.created_at, default=None)


class Answer(EncryptedModel):
    """The answer to one item as it was chosen, not reversed; None if it was skipped on purpose.

    `sequence` numbers the choices made in this attempt on any device (a Lamport clock), so that an
    answer that arrives late never replaces a later one.
    """

    OWNED_THROUGH = "attempt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    item_id = models.CharField(max_length=40)
    value = EncryptedInteger(null=True)
    sequence = models.BigIntegerField(default=0, db_default=0)
    answered_at = models.DateTimeField(default=timezone.now)

    objects = EncryptedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("answer"), _("answers")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "item_id"], name="answer_once_an_item")
        ]


def known_style(style: str) -> None:
    """A check here, because the database cannot check an encrypted column."""
    if style not in list(engine.Style):
        raise ValidationError(f"{style!r} is not a style")


class Result(EncryptedModel):
    """The scores of an attempt by one version of the engine. Results are added, never changed.

    `scores` lists the scales in the instrument's order, each as `{"scale", "total", "answered",
    "items", "max_missing"}`, from which the exact mean follows.
    """

    OWNED_THROUGH = "attempt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="results")
    engine_version = models.CharField(max_length=20)
    scores = EncryptedJSON()
    style = EncryptedLine(max_length=20, blank=True, validators=[known_style])
    created_at = models.DateTimeField(default=timezone.now)

    objects = EncryptedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("result"), _("results")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "engine_version"], name="result_once_an_engine_version"
            ),
        ]

    @classmethod
    def of(cls, attempt: Attempt, scored: engine.Result) -> "Result":
        """An unsaved row of the engine's result."""
        scores: list[dict[str, Any]] = [
            {
                "scale": scale.scale_id,
                "total": scale.total,
                "answered": scale.answered,
                "items": scale.items,
                "max_missing": scale.max_missing,
            }
            for scale in scored.scales
        ]
        return cls(
            attempt=attempt,
            engine_version=engine.ENGINE_VERSION,
            scores=scores,
            style=scored.style or "",
        )

    @property
    def scored(self) -> engine.Result:
        """The stored scores as the engine's result."""
        scales = tuple(
            engine.ScaleScore(s["scale"], s["total"], s["answered"], s["items"], s["max_missing"])
            for s in self.scores
        )
        return engine.Result(scales, engine.Style(self.style) if self.style else None)
