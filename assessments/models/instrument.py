"""Instruments through their versions and languages."""

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from assessments import instrument_file
from assessments.instrument import Instrument as Questionnaire
from assessments.scale_facts import with_facts

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Person: TypeAlias = User | AnonymousUser


class Instrument(models.Model):
    """A questionnaire through all its versions and languages."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("slug"), unique=True)

    class Meta:
        verbose_name, verbose_name_plural = _("instrument"), _("instruments")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__iexact="attempts"), name="instrument_slug_not_an_address"
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("assessment", args=[self.slug])


class InstrumentVersionQuerySet(models.QuerySet["InstrumentVersion"]):
    def published(self) -> "InstrumentVersionQuerySet":
        return self.filter(status=InstrumentVersion.Status.PUBLISHED).select_related("instrument")

    def offered(self, language: str) -> list["InstrumentVersion"]:
        """One version of each instrument: in the reader's language, or in English. One query."""
        wanted = language.lower().split("-")[0]
        best: dict[uuid.UUID, InstrumentVersion] = {}
        for version in self.published():
            spoken = version.language.lower().split("-")[0]
            if version.instrument_id not in best or spoken == wanted:
                best[version.instrument_id] = version
        return sorted(best.values(), key=lambda version: version.instrument.slug)

    def titles(self, language: str) -> dict[str, str]:
        """What each instrument that is offered is called, by its slug. One query."""
        return {v.instrument.slug: v.questionnaire.title for v in self.offered(language)}

    def visible_to(self, user: "Person") -> "InstrumentVersionQuerySet":
        """Drafts and retired ones too, for those who manage instruments."""
        return self.all() if allows(user, Permission.MANAGE_PRACTICE) else self.published()


class InstrumentVersion(models.Model):
    """One version in one language: the instrument file's content, and whether it is in use."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="versions", verbose_name=_("instrument")
    )
    version = models.CharField(_("version"), max_length=40)
    language = models.CharField(_("language"), max_length=35)
    definition = models.JSONField(_("definition"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    created_at = models.DateTimeField(_("loaded"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects: ClassVar[InstrumentVersionQuerySet] = InstrumentVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name, verbose_name_plural = _("instrument version"), _("instrument versions")
        ordering = ["instrument__slug", "language", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "version", "language"], name="instrument_version_once"
            ),
            models.UniqueConstraint(
                fields=["instrument", "language"],
                condition=Q(status="published"),
                name="instrument_one_published_a_language",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, retired_at=None)
                | Q(status="published", published_at__isnull=False, retired_at=None)
                | Q(status="retired", published_at__isnull=False, retired_at__isnull=False),
                name="instrument_version_status_and_dates_agree",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument.slug} {self.version} ({self.language})"

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The definition as values; it was checked when it was loaded."""
        return instrument_file.build(self.definition)

    @cached_property
    def known(self) -> Questionnaire:
        """With the norms and reliability added since. One query if `facts` are not prefetched."""
        return with_facts(self.questionnaire, self.facts.all())
