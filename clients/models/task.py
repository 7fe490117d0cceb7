"""Tasks between sessions: the practice's library, the tasks that clients were given, and the
questionnaires that they are asked for regularly."""

import tomllib
import uuid
from datetime import date
from pathlib import Path

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import (
    EncryptedLine,
    EncryptedModel,
    EncryptedQuerySet,
    EncryptedText,
)
from accounts.idempotency import IdempotencyKey
from accounts.models import User
from accounts.validators import year_makes_sense
from articles.models import Article
from assessments.models import Instrument
from clients.models.path import LibraryEntry, Step

# Every how many sessions or weeks a questionnaire is asked for.
MOST_OFTEN, MOST_SELDOM = 1, 52


class TaskIdea(LibraryEntry):
    """A task in the library. It belongs to a step, and therapists can give it to clients."""

    slug = models.SlugField(_("slug"), unique=True)
    step = models.ForeignKey(Step, models.PROTECT, related_name="ideas", verbose_name=_("step"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what to do"), help_text=_("Plain and warm: the client reads this."))
    caution = models.TextField(
        _("before it is given"), blank=True, db_default="",
        help_text=_("What a therapist should know first. The client does not see this."),
    )  # fmt: skip
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("library task"), _("task library")
        ordering = ["step", "title"]

    def __str__(self) -> str:
        return f"{self.step_id} · {self.title}"

    @classmethod
    def ensure_all(cls, using: str) -> None:
        """Creates missing tasks with their initial texts. Existing rows are not changed."""
        text = (Path(__file__).parent.parent / "library.toml").read_text(encoding="utf-8")
        rows = [
            TaskIdea(
                slug=row["slug"], step_id=row["step"], title=row["title"], text=row["text"],
                caution=row.get("caution", ""),
            )
            for row in tomllib.loads(text)["task"]
        ]  # fmt: skip
        TaskIdea.objects.using(using).bulk_create(rows, ignore_conflicts=True)


class TaskQuerySet(EncryptedQuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None, withdrawn_at=None).order_by("due_on", "created_at")

    def done(self) -> "TaskQuerySet":
        return self.exclude(done_at=None).order_by("-done_at")

    def overdue(self, today: date) -> "TaskQuerySet":
        return self.open().filter(due_on__lt=today)


class Task(EncryptedModel):
    """Something to do until the next session: an exercise, an article, a questionnaire.

    The text is a copy: later changes of the library do not change it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="tasks")
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    title = EncryptedLine(_("title"), max_length=120)
    text = EncryptedText(_("what to do"), max_length=4000, blank=True)
    article = models.ForeignKey(Article, models.SET_NULL, null=True, blank=True, related_name="+")
    instrument = models.ForeignKey(
        Instrument, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Asks the client to rate their goals.
    rates_goals = models.BooleanField(default=False, db_default=False, editable=False)
    due_on = models.DateField(_("until"), null=True, blank=True, validators=[year_makes_sense])
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = IdempotencyKey()
    reflection = EncryptedText(_("how it was"), max_length=4000, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("task"), _("tasks")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["client", "done_at"], name="task_of_a_client"),
            models.Index(
                fields=["due_on"], name="task_open_by_day",
                condition=Q(done_at=None, withdrawn_at=None),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                "client", "given_by", "idempotency_key", name="task_given_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(withdrawn_at=None), name="task_not_done_and_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(reflection__isnull=True) | Q(done_at__isnull=False),
                name="task_reflection_once_done",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None


class RhythmQuerySet(EncryptedQuerySet["Rhythm"]):
    def going_on(self) -> "RhythmQuerySet":
        """Those that nobody has stopped, in the order in which they began."""
        return self.filter(stopped_at=None).order_by("created_at")

    def unanswered(self) -> "RhythmQuerySet":
        """Those that rest because nobody answered."""
        return self.filter(stopped_at=None, rests_since__isnull=False)


class Rhythm(EncryptedModel):
    """What a therapist asks a client for regularly, and why: a questionnaire or, without one, to
    rate their goals. `set_by` asks: the therapist who set it, or changed it last."""

    class Kind(models.TextChoices):
        SESSIONS = "sessions", _("before sessions")
        WEEKS = "weeks", _("after some weeks")
        STEPS = "steps", _("on each new step")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="rhythms")
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("when"), max_length=10, choices=Kind)
    every = models.PositiveSmallIntegerField(
        _("how often"), default=1,
        validators=[MinValueValidator(MOST_OFTEN), MaxValueValidator(MOST_SELDOM)],
    )  # fmt: skip
    begins_on = models.DateField(_("from"), validators=[year_makes_sense])
    reason = EncryptedText(_("why"), max_length=1000)
    version = models.PositiveIntegerField(default=1, editable=False)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True)
    # Since when it rests because nobody answered, and when a therapist last let it go on.
    rests_since = models.DateTimeField(_("rests since"), null=True, editable=False)
    resumed_on = models.DateField(_("went on"), null=True, editable=False)
    idempotency_key = IdempotencyKey()

    objects = RhythmQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("rhythm"), _("rhythms")
        ordering = ["created_at"]
        indexes = [
            models.Index(
                fields=["client"], name="rhythm_unanswered",
                condition=Q(stopped_at=None, rests_since__isnull=False),
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint("client", "idempotency_key", name="rhythm_set_once"),
            models.UniqueConstraint(
                "client", "instrument", "kind", condition=Q(stopped_at=None),
                nulls_distinct=False, name="rhythm_once_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["sessions", "weeks", "steps"]), name="rhythm_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(every__gte=MOST_OFTEN, every__lte=MOST_SELDOM),
                name="rhythm_every_so_often",
            ),
            models.CheckConstraint(
                condition=~Q(kind="steps") | Q(every=1), name="rhythm_asks_on_each_step"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.client_id}: {self.kind} {self.every}"

    def asks_for(self, titles: dict[str, str]) -> str:
        """The title of what it asks for; `titles` are those of `InstrumentVersion.objects.titles`.
        No query if the instrument is loaded."""
        if self.instrument is None:
            return str(_("Goals"))
        return titles.get(self.instrument.slug, self.instrument.slug)


class Asking(models.Model):
    """One time that a client was asked, as a task on their path. `occasion` is the session, week or
    step (`clients/rhythm/occasions.py`), each of which is asked about once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="askings")
    rhythm = models.ForeignKey(Rhythm, models.CASCADE, related_name="askings")
    task = models.OneToOneField(Task, models.CASCADE, related_name="asking")
    occasion = models.CharField(max_length=60)
    day = models.DateField()
    asked_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("asking"), _("askings")
        ordering = ["asked_on"]
        constraints = [
            models.UniqueConstraint("rhythm", "occasion", name="asking_once_an_occasion")
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.occasion}"
