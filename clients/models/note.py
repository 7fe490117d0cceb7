"""Therapists' notes, and the templates with which a note can start."""

import tomllib
import uuid
from datetime import date
from pathlib import Path

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.database.together import Loader, attach
from accounts.encryption.fields import EncryptedModel, EncryptedQuerySet, EncryptedText
from accounts.idempotency import IdempotencyKey
from accounts.models import User
from accounts.validators import year_makes_sense
from clients.models.path import LibraryEntry, Step
from clients.models.session import Session


class NoteQuerySet(EncryptedQuerySet["Note"]):
    def signed(self) -> "NoteQuerySet":
        """Signed notes without their amendments, which come with `with_amendments`."""
        return self.filter(signed_at__isnull=False, amends=None)

    def shared(self) -> "NoteQuerySet":
        return self.signed().filter(audience=Note.Audience.SHARED)

    def drafts_of(self, user: User) -> "NoteQuerySet":
        """This person's own drafts. Nobody else sees them."""
        return self.filter(signed_at=None, author=user)

    def with_amendments(self) -> "NoteQuerySet":
        """Loads authors, sessions and amendments. Two queries, however many rows."""
        rows = self.select_related("author", "session")
        return rows.prefetch_related(Prefetch("amendments", Note.objects.all().as_amendments()))

    def as_amendments(self) -> "NoteQuerySet":
        """As they are shown below the note that they amend."""
        return self.order_by("created_at").select_related("author")

    def load_with_amendments(self) -> Loader["NoteQuerySet"]:
        """What `with_amendments` loads, together with other rows."""
        notes = self.select_related("author", "session")
        yield (notes,)
        added = Note.objects.filter(amends__in=[note.pk for note in notes]).as_amendments()
        yield (added,)
        attach(notes, "amendments", added)
        return notes


class Note(EncryptedModel):
    """A therapist's note: private to the client's therapists, or shared with the client.

    It is about a session, or about a day of its own (`about`). Only its author sees a draft. A
    signed note never changes (the database refuses it); later additions are separate notes, whose
    `amends` refers to it. What is recorded about the session later does not change the note.
    """

    class Audience(models.TextChoices):
        PRIVATE = "private", _("Therapists only")
        SHARED = "shared", _("Shared: the client reads it too")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    audience = models.CharField(_("who reads it"), max_length=10, choices=Audience)
    session = models.ForeignKey(
        Session, models.RESTRICT, null=True, blank=True, related_name="notes",
        verbose_name=_("session"),
    )  # fmt: skip
    about = models.DateField(
        _("about the day"), null=True, blank=True, validators=[year_makes_sense]
    )
    text = EncryptedText(_("note"), max_length=20_000)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    signed_at = models.DateTimeField(_("signed"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    idempotency_key = IdempotencyKey()
    amends = models.ForeignKey(
        "self", models.CASCADE, null=True, editable=False, related_name="amendments"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("note"), _("notes")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "client", "author", "idempotency_key",
                condition=Q(amends=None), name="note_written_once",
            ),
            models.UniqueConstraint(
                "amends", "author", "idempotency_key",
                condition=Q(amends__isnull=False), name="note_added_once",
            ),
            models.CheckConstraint(
                condition=Q(amends=None) | Q(signed_at__isnull=False),
                name="note_addition_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(session=None) | Q(about=None),
                name="note_about_a_session_or_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {self.author}"

    def get_absolute_url(self) -> str:
        return reverse("note", args=[self.client_id, self.pk])

    @property
    def other_day(self) -> date | None:
        """The day it is about, if that is neither a session's nor the day on which it was
        written."""
        written = timezone.localdate(self.signed_at or self.created_at)
        return self.about if self.about != written else None


class NoteTemplateQuerySet(models.QuerySet["NoteTemplate"]):
    def offered_on(self, step: int) -> "NoteTemplateQuerySet":
        """The templates of the step, then those for every step."""
        return self.filter(Q(step=step) | Q(step=None), active=True)


class NoteTemplate(LibraryEntry):
    """Prompts with which a note can start, on one step or on all."""

    WHEN_LITTLE_CHANGES = "when-little-changes"

    slug = models.SlugField(_("slug"), unique=True)
    step = models.ForeignKey(
        Step, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("step"),
        help_text=_("Leave it empty to offer the template on every step."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("prompts"))
    active = models.BooleanField(_("offered"), default=True)

    objects = NoteTemplateQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("note template"), _("note templates")
        ordering = ["step", "title"]

    def __str__(self) -> str:
        return f"{self.step_id} · {self.title}" if self.step_id else self.title

    @classmethod
    def ensure_all(cls, using: str) -> None:
        """Creates missing templates with their initial texts. Existing rows are not changed."""
        text = (Path(__file__).parent.parent / "note_templates.toml").read_text(encoding="utf-8")
        rows = [
            NoteTemplate(slug=r["slug"], step_id=r.get("step"), title=r["title"], text=r["text"])
            for r in tomllib.loads(text)["template"]
        ]
        NoteTemplate.objects.using(using).bulk_create(rows, ignore_conflicts=True)
